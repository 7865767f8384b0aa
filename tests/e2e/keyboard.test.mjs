// The main job without a pointer: from the overview to a pod that runs on another machine.
import assert from "node:assert/strict";
import { flowsOn, ready } from "./harness.mjs";
import { focused, hasFocus, row, says, strand, summary, tabTo, ticks } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

/** Two keys in a row lead to a page, whose heading has the focus then. */
async function goTo(page, letter, name) {
  await page.keyboard.press("g");
  await page.keyboard.press(letter);
  await focused(page.getByRole("heading", { level: 1, name }), `the heading ${name}`);
}

/** Goes to something with Tab and presses it. */
async function press(page, locator, what, key = "Enter") {
  await tabTo(page, locator, what);
  await page.keyboard.press(key);
}

flow("a pod whose GPUs are taken is moved by keys alone", async (visit) => {
  const { page, fleet } = visit;
  const old = await fleet.pod("eval-nightly");
  await strand(fleet, old);
  await visit.open("/overview");
  await goTo(page, "p", "Pods");
  await row(page, "eval-nightly").waitFor();

  // To the pod: over the filter into its row.
  await page.keyboard.press("/");
  await focused(page.getByRole("searchbox", { name: "Filter pods" }), "the filter");
  await page.keyboard.type("eval-nightly");
  const link = row(page, "eval-nightly").getByRole("link", { name: "eval-nightly", exact: true });
  await page.waitForURL("**/pods?q=eval-nightly");
  await press(page, link, "the row");
  await focused(page.getByRole("heading", { name: "eval-nightly" }), "the heading of the pod");

  // To the choice, and on to the plan.
  await press(page, page.getByRole("button", { name: "Start…" }), "Start…");
  await focused(page.getByRole("heading", { name: "Start eval-nightly" }), "the heading of the choice");
  await press(page, page.getByRole("link", { name: "Plan the migration" }), "the plan");
  await page.waitForURL(/plan=/);
  await ready(page);

  // Every tick, and the button.
  const count = await ticks(page).count();
  assert.ok(count >= 6, "one tick for each kind of change");
  for (let at = 0; at < count; at += 1) await press(page, ticks(page).nth(at), `tick ${at}`, "Space");
  await press(page, page.getByRole("button", { name: "Migrate eval-nightly", exact: true }), "the start of the move");
  await page.waitForURL("**/migrations/**");
  await page.getByRole("heading", { name: /waiting for your confirmation$/ }).waitFor({ timeout: 90_000 });

  // The dialog takes the focus; Escape gives it back to what opened it.
  const confirm = page.getByRole("link", { name: "Confirm the move" });
  await press(page, confirm, "the confirmation");
  const dialog = page.getByRole("dialog", { name: "Confirm the move" });
  await dialog.waitFor();
  assert.ok(await dialog.evaluate((it) => it.contains(document.activeElement)), "the focus is in the dialog");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await focused(confirm, "what opened the dialog");
  await page.keyboard.press("Enter");
  await press(page, dialog.getByRole("button", { name: "Confirm the move" }), "the button of the dialog");
  await page.getByRole("heading", { name: "Move of eval-nightly: moved" }).waitFor();

  await press(page, page.getByRole("link", { name: "new pod" }), "the new pod");
  await summary(page).getByText("Running", { exact: true }).waitFor();
  const { targetPodId } = await fleet.migrationOf("eval-nightly");
  assert.equal(new URL(page.url()).pathname, `/pods/${targetPodId}`);
});

flow("the first Tab skips to the page", async (visit) => {
  const { page } = visit;
  await visit.open("/pods");
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await page.keyboard.press("Tab");
  assert.ok(await hasFocus(skip), "it comes first");
  await page.keyboard.press("Enter");
  await focused(page.getByRole("main"), "the page");
});

flow("single-letter keys can be switched off, and stay so", async (visit) => {
  const { page } = visit;
  await visit.open("/pods");
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const on = list.getByRole("checkbox", { name: "Single-letter keys act anywhere outside fields" });
  assert.ok(await on.isChecked());
  await on.uncheck();
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });

  await page.reload();
  await ready(page);
  await says(page, "Live").waitFor();
  for (const key of ["?", "g", "b", "c"]) await page.keyboard.press(key);
  // Whatever a key would have done is done before this: the page hears one after the other.
  await page.getByRole("button", { name: /^Settings: / }).click();
  assert.equal(await list.count(), 0);
  assert.equal(new URL(page.url()).pathname, "/pods");

  await page.getByRole("menuitem", { name: "Keyboard shortcuts…" }).click();
  await on.check();
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  await goTo(page, "b", "Billing");
});
