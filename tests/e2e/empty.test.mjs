// A cloud in which nothing has happened yet: every page says what belongs there and what comes first.
import assert from "node:assert/strict";
import { assertAccessible, assertNotWider, flowsOn } from "./harness.mjs";

const flow = flowsOn({ fleet: "empty" });

const PAGES = [
  ["/overview", "No pods yet"],
  ["/pods", "No pods yet"],
  ["/deploy", "Deploy a pod"],
  ["/machines", "No machine has joined yet"],
  ["/volumes", "No network volumes yet"],
  ["/billing", "Nothing is charged now."],
  ["/billing?tab=ledger", "No lines yet"],
];

for (const [path, said] of PAGES) {
  flow(`${path} says what is not there yet`, async (visit) => {
    const { page } = visit;
    await visit.open(path);
    await page.getByRole("main").getByText(said).first().waitFor();
    assert.equal(await page.locator("h1:visible").count(), 1);
    assert.equal(await page.getByRole("main").getByRole("alert").count(), 0, "nothing has failed");
    await assertAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await assertNotWider(page);
  });
}

flow("an empty list of pods leads to the first one", async (visit) => {
  const { page } = visit;
  await visit.open("/pods");
  await page.getByRole("main").getByRole("link", { name: "Deploy a pod" }).click();
  await page.getByRole("heading", { name: "Deploy a pod" }).waitFor();
  assert.ok(await page.getByRole("button", { name: "Deploy pod" }).isDisabled(), "there is nothing to run on");
});

flow("a filter over nothing says that it is the filter", async (visit) => {
  const { page } = visit;
  await visit.open("/pods?q=train");
  await page.getByText("No pod matches the filter").waitFor();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await page.getByText("No pods yet").waitFor();
});
