// The list of machines and one of them.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { flowsOn, ready } from "./harness.mjs";
import { row } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

/** The names in the list, in any order. */
async function names(page) {
  return (await page.getByRole("grid", { name: "Machines" }).getByRole("gridcell").getByRole("link").allTextContents()).toSorted();
}

function listed(page, wanted) {
  return until(() => names(page), (shown) => JSON.stringify(shown) === JSON.stringify(wanted), `the list ${wanted}`);
}

flow("a filter is typed, word by word, and its address shows the same", async (visit) => {
  const { page, fleet } = visit;
  const { machines } = await fleet.get("/machines?limit=1000");
  const find = (fits) => machines.filter(fits).map((it) => it.name).toSorted();
  await visit.open("/machines");
  const filter = page.getByRole("searchbox", { name: "Filter by name, GPU or data centre" });
  await filter.pressSequentially("a100");
  const a100 = find((it) => it.gpuType.includes("A100"));
  await listed(page, a100);
  await page.getByRole("status").getByText(`${a100.length} of ${machines.length} machines`).waitFor();
  await filter.pressSequentially(" us-tx");
  await listed(page, find((it) => it.gpuType.includes("A100") && it.dataCenterId.startsWith("US-TX")));
  assert.equal(new URL(page.url()).searchParams.get("q"), "a100 us-tx");
  assert.equal(await filter.inputValue(), "a100 us-tx");

  await page.reload();
  await ready(page);
  await listed(page, ["tx-a100-1"]);
  await filter.fill("nothing-is-called-so");
  await page.getByText("No machine matches the filter.").waitFor();
  await filter.fill("");
  await listed(page, find(() => true));
});

flow("a machine shows its slots, its reliability and the pods on it", async (visit) => {
  const { page, fleet } = visit;
  const machine = await fleet.machine("se-h100-1");
  await visit.open("/machines?q=se-h100");
  await row(page, "se-h100-1").getByRole("link").click();
  await page.waitForURL(`**/machines/${machine.id}`);
  await page.getByRole("heading", { name: "Reliability" }).waitFor();
  await page.getByText(/÷ .* = [\d.]+ %/).first().waitFor();
  await page.getByRole("link", { name: "vllm-serve", exact: true }).click();
  await page.getByRole("heading", { name: "vllm-serve", exact: true }).waitFor();
});
