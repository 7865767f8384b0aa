// A pod from the form to the running state and to its end.
import assert from "node:assert/strict";
import { IMAGE, until } from "./fleet.mjs";
import { assertAccessible, flowsOn } from "./harness.mjs";
import { chooseA5000, rail, summary } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

flow("a pod is deployed from a template, runs, and is terminated", async (visit) => {
  const { page, fleet } = visit;
  // The page may read the pod once more before it leaves, and by then the pod has ended.
  visit.allow(/status of 404/);
  await visit.open("/overview");
  await rail(page, "Deploy").click();
  await page.getByRole("heading", { name: "Deploy a pod" }).waitFor();
  const bill = page.getByRole("complementary", { name: "What it costs" });
  await bill.getByText("Choose a GPU to see the price.").waitFor();
  const submit = page.getByRole("button", { name: /^Deploy / });
  assert.ok(await submit.isDisabled(), "nothing is chosen yet");

  await chooseA5000(page);
  await page.getByRole("textbox", { name: "Name" }).fill("from-a-template");
  await page.getByRole("radio", { name: /^Pod volume/ }).check();
  await page.getByRole("spinbutton", { name: "Pod volume" }).fill("30");
  await bill.getByText(/\$0\.2\d\/h/).first().waitFor();
  await page.getByRole("button", { name: "Deploy from-a-template" }).click();

  await page.getByRole("heading", { name: "from-a-template" }).waitFor();
  await summary(page).getByText(/^Running/).waitFor({ timeout: 60_000 });
  const { id } = await fleet.pod("from-a-template");
  const pod = await fleet.podOf(id);
  assert.equal(pod.image, IMAGE);
  assert.equal(pod.volume.sizeGb, 30);
  assert.equal(pod.summary.gpuType, "NVIDIA RTX A5000");

  await page.getByRole("button", { name: "More actions: from-a-template" }).click();
  await page.getByRole("menuitem", { name: "Terminate…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Terminate from-a-template" }).click();
  await until(() => fleet.pods(), (pods) => pods.every((it) => it.id !== id), "the end of the pod");
});

flow("what is wrong stands at its field, while it is typed", async (visit) => {
  const { page } = visit;
  await visit.open("/deploy");
  await chooseA5000(page);
  await page.getByRole("textbox", { name: "Name" }).fill("checked");
  const ports = page.getByRole("textbox", { name: "Ports (optional)" });
  await ports.fill("70000/http");
  await page.getByText(/^Error: 70000\/http/).waitFor();
  assert.equal(await ports.getAttribute("aria-invalid"), "true");
  await assertAccessible(page);
  assert.ok(await page.getByRole("button", { name: "Deploy checked" }).isDisabled());
  await ports.fill("8888/http");
  await page.getByText(/^Error: 70000\/http/).waitFor({ state: "detached" });
  assert.ok(await page.getByRole("button", { name: "Deploy checked" }).isEnabled());
});

flow("what only the server can tell lands at the field as well", async (visit) => {
  const { page, fleet } = visit;
  visit.allow(/status of 4\d\d/);
  await visit.open("/deploy");
  await chooseA5000(page);
  await page.getByRole("textbox", { name: "Name" }).fill("refused");
  const path = page.getByRole("textbox", { name: "Mounted at" });
  await path.fill("not-absolute");
  await page.getByRole("button", { name: "Deploy refused" }).click();
  await until(() => path.getAttribute("aria-invalid"), (it) => it === "true", "the refusal at the field");
  const note = await path.getAttribute("aria-describedby");
  await page.locator(`[id="${note.split(" ")[0]}"]`).getByText(/^Error: /).waitFor();
  await assertAccessible(page);
  assert.ok((await fleet.pods()).every((it) => it.name !== "refused"), "nothing is half done");
});
