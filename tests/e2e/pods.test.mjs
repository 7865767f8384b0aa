// The list of pods and what is done with one: filter, order, menu, dialogs, keys.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { assertAccessible, flowsOn, ready } from "./harness.mjs";
import { row, summary } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

/** The names in the list, in the order of the rows; the order of their elements is the grid's own matter. */
async function names(page) {
  const links = page.getByRole("grid", { name: "Pods" }).getByRole("gridcell").getByRole("link");
  const rows = await links.evaluateAll((found) =>
    found.map((it) => ({ name: it.textContent, place: Number(it.closest('[role="row"]').ariaRowIndex) })),
  );
  return rows.toSorted((one, other) => one.place - other.place).map((it) => it.name.replace(" (locked)", ""));
}

function listed(page, wanted) {
  return until(() => names(page), (shown) => JSON.stringify(shown) === JSON.stringify(wanted), `the list ${wanted}`);
}

flow("a filter is typed and narrowed by a chip, and its address shows the same", async (visit) => {
  const { page } = visit;
  await visit.open("/pods");
  await page.getByRole("searchbox", { name: "Filter pods" }).fill("maya");
  await listed(page, ["lora-maya", "jupyter-maya"]);
  assert.equal(new URL(page.url()).searchParams.get("q"), "maya");

  const chips = page.getByRole("navigation", { name: "State" });
  await chips.getByRole("link", { name: "Stopped" }).click();
  await listed(page, ["lora-maya"]);
  assert.equal(new URL(page.url()).searchParams.get("q"), "state:stopped maya");
  assert.equal(await chips.getByRole("link", { name: "Stopped" }).getAttribute("aria-current"), "true");

  await page.reload();
  await ready(page);
  await listed(page, ["lora-maya"]);
  assert.equal(await page.getByRole("searchbox", { name: "Filter pods" }).inputValue(), "state:stopped maya");

  await page.getByRole("searchbox", { name: "Filter pods" }).fill("nothing-is-called-so");
  await page.getByText("No pod matches the filter").waitFor();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await row(page, "lora-maya").waitFor();
  assert.equal(new URL(page.url()).search, "");
});

flow("a filter that is not understood says where, and the list is not empty for it", async (visit) => {
  const { page } = visit;
  visit.allow(/status of 400/);
  await visit.open("/pods?q=colour:red");
  await page.getByText('There is no field "colour"', { exact: false }).first().waitFor();
  assert.equal(await page.getByText("No pods yet").count(), 0);
});

flow("a click on a column orders the list, a second one turns it round", async (visit) => {
  const { page, fleet } = visit;
  await visit.open("/pods?q=state:running");
  const running = await fleet.get("/pods?limit=1000&q=state:running&sort=name");
  const byName = running.pods.map((it) => it.name);
  const head = page.getByRole("columnheader", { name: "Name" });
  await head.getByRole("button").click();
  await listed(page, byName);
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  await head.getByRole("button").click();
  await listed(page, byName.toReversed());
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.equal(new URL(page.url()).searchParams.get("sort"), "-name");
  assert.equal(new URL(page.url()).searchParams.get("q"), "state:running");
});

flow("the menu of a row keeps what is not possible, with the reason", async (visit) => {
  const { page } = visit;
  await visit.open("/pods?q=whisper-batch");
  await page.getByRole("button", { name: "Actions: whisper-batch" }).click();
  const menu = page.getByRole("menu", { name: "Actions: whisper-batch" });
  const start = menu.getByRole("menuitem", { name: /^Start/ });
  assert.equal(await start.getAttribute("aria-disabled"), "true");
  assert.ok((await start.innerText()).length > "Start".length, "the reason stands under it");
  assert.equal(await menu.getByRole("menuitem", { name: "Stop…" }).getAttribute("aria-disabled"), null);
  await assertAccessible(page);
  assert.ok(await menu.isVisible(), "it stood there all the while");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
});

flow("a pod is stopped, after what that means, and started again", async (visit) => {
  const { page, fleet } = visit;
  const { id } = await fleet.pod("whisper-batch");
  await visit.open("/pods?q=whisper-batch");
  await page.getByRole("button", { name: "Actions: whisper-batch" }).click();
  await page.getByRole("menuitem", { name: "Stop…" }).click();

  const stop = page.getByRole("dialog", { name: "Stop whisper-batch" });
  for (const block of ["Kept", "Erased", "Costs while stopped", "Will I get the GPUs back?"]) {
    await stop.getByRole("term").filter({ hasText: block }).waitFor();
  }
  await stop.getByText(/^Pod volume: .* used of 80 GB$/).waitFor();
  await stop.getByText(/^Container disk: .* used of 20 GB$/).waitFor();
  await stop.getByText(/ 2 are needed, and 0 pods wait in its queue/).waitFor();
  await stop.getByRole("button", { name: "Stop whisper-batch" }).click();
  await summary(page).getByText(/^Stopped/).waitFor();
  assert.equal((await fleet.podOf(id)).summary.state, "STOPPED");

  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("dialog", { name: "Start whisper-batch" }).getByRole("button", { name: "Start whisper-batch" }).click();
  await summary(page).getByText(/^Running/).waitFor();
  assert.equal((await fleet.podOf(id)).summary.state, "RUNNING");
});

flow("a pod is restarted, after what that erases", async (visit) => {
  const { page, fleet } = visit;
  const { id } = await fleet.pod("sd-webui");
  const before = await fleet.podOf(id);
  await visit.open(`/pods/${id}`);
  await page.getByRole("button", { name: "Restart…" }).click();
  const restart = page.getByRole("dialog", { name: "Restart sd-webui" });
  await restart.getByText("Container disk and everything in memory is erased.").waitFor();
  await restart.getByText("Pod volume is kept.").waitFor();
  await restart.getByRole("button", { name: "Restart sd-webui" }).click();
  await restart.waitFor({ state: "detached" });

  const starts = (pod) => pod.timeline.filter((it) => it.state === "STARTING").length;
  const again = (pod) => pod.summary.state === "RUNNING" && starts(pod) > starts(before);
  const after = await until(() => fleet.podOf(id), again, "the pod running again");
  assert.ok(after.startedAt > before.startedAt, "its container is a new one");
  assert.equal(after.volume.usedBytes, before.volume.usedBytes);
  await summary(page).getByText(/^Running/).waitFor();
});

flow("a pod gets another name, and a name that cannot be is refused at the field", async (visit) => {
  const { page, fleet } = visit;
  const { id } = await fleet.pod("jupyter-maya");
  await visit.open(`/pods/${id}?dialog=edit`);
  const dialog = page.getByRole("dialog", { name: "Rename pod" });
  const name = dialog.getByRole("textbox", { name: "Name" });
  await name.fill("");
  assert.ok(await dialog.getByRole("button", { name: "Save name" }).isDisabled());
  await name.fill("jupyter-of-maya");
  await dialog.getByRole("button", { name: "Save name" }).click();
  await page.getByRole("heading", { name: "jupyter-of-maya" }).waitFor();
  assert.equal((await fleet.podOf(id)).summary.name, "jupyter-of-maya");
  assert.equal(new URL(page.url()).search, "", "the dialog has left the address");
});

flow("a lock holds until it is taken off", async (visit) => {
  const { page, fleet } = visit;
  const { id } = await fleet.pod("vllm-serve");
  await visit.open(`/pods/${id}`);
  const more = page.getByRole("button", { name: "More actions: vllm-serve" });
  await more.click();
  await page.getByRole("menuitem", { name: "Lock", exact: true }).click();
  await page.getByRole("region", { name: "Messages" }).getByText(/vllm-serve/).waitFor();
  await more.click();
  const terminate = page.getByRole("menuitem", { name: /^Terminate…/ });
  await page.getByRole("menuitem", { name: "Unlock", exact: true }).waitFor();
  assert.equal(await terminate.getAttribute("aria-disabled"), "true");
  await page.getByRole("menuitem", { name: "Unlock", exact: true }).click();
  await until(() => fleet.podOf(id), (it) => !it.summary.locked, "no lock");
});

flow("a pod with data is terminated only by its name", async (visit) => {
  const { page, fleet } = visit;
  // The page may read the pod once more before it leaves, and by then the pod has ended.
  visit.allow(/status of 404/);
  const { id } = await fleet.pod("gan-lab");
  await fleet.reached(id, "STOPPED");
  await visit.open(`/pods/${id}`);
  await page.getByRole("button", { name: "More actions: gan-lab" }).click();
  await page.getByRole("menuitem", { name: "Terminate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Terminate gan-lab" });
  const end = dialog.getByRole("button", { name: "Terminate gan-lab" });
  const typed = dialog.getByRole("textbox", { name: "Type gan-lab to delete the data on its pod volume" });
  await typed.fill("gan");
  assert.ok(await end.isDisabled());
  await typed.fill("gan-lab");
  await end.click();
  await until(() => fleet.pods(), (pods) => pods.every((it) => it.id !== id), "no gan-lab");
  await visit.open("/pods?q=gan-lab");
  await page.getByText("No pod matches the filter").waitFor();
});

flow("the list is worked with keys alone", async (visit) => {
  const { page, fleet } = visit;
  const [first, second] = (await fleet.get("/pods?q=vllm")).pods.map((it) => it.name);
  await visit.open("/overview");
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.waitForURL("**/pods");
  await ready(page);
  await row(page, "vllm-serve").waitFor();

  await page.keyboard.press("/");
  const filter = page.getByRole("searchbox", { name: "Filter pods" });
  await until(() => filter.evaluate((it) => it === document.activeElement), (it) => it, "the focus in the filter");
  await page.keyboard.type("vllm");
  await listed(page, [first, second]);

  // Out of the filter by Tab, into the first row, one row down, and open.
  const inGrid = () => page.evaluate(() => document.activeElement?.closest('[role="gridcell"]') !== null);
  for (let tab = 0; tab < 20 && !(await inGrid()); tab += 1) await page.keyboard.press("Tab");
  assert.ok(await inGrid(), "Tab reaches the rows");
  await page.keyboard.press("ArrowDown");
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await until(focused, (it) => it === second, "the focus on the second row");
  await page.keyboard.press(".");
  await page.getByRole("menu", { name: `Actions: ${second}`, exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowUp");
  await until(focused, (it) => it === first, "the focus on the first row");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: first, exact: true }).waitFor();
});
