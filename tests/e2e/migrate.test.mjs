// The main job: a stopped pod whose GPUs are taken goes to another machine, with everything said before it happens.
import assert from "node:assert/strict";
import { assertAccessible, flowsOn } from "./harness.mjs";
import { acknowledgeAll, strand, summary } from "./steps.mjs";

const RTX_4090 = "NVIDIA GeForce RTX 4090";

const flow = flowsOn({ fleet: "demo" });

/** The row of a table by the name at its beginning. */
function rowOf(page, table, name) {
  const head = page.getByRole("rowheader", { name, exact: true });
  return page.getByRole("table", { name: table }).getByRole("row").filter({ has: head });
}

function phase(page, words) {
  return page.getByRole("listitem").filter({ hasText: words });
}

flow("a stopped pod whose GPUs are taken moves, is proved and confirmed", async (visit) => {
  const { page, fleet } = visit;
  const old = await fleet.pod("eval-nightly");
  const machine = await strand(fleet, old);

  // Start leads to the choice, not to a refusal.
  await visit.open(`/pods/${old.id}`);
  await summary(page).getByText("GPUs taken").waitFor();
  await page.getByRole("button", { name: "Start…" }).click();
  await page.waitForURL(`**/pods/${old.id}/decide`);
  await page.getByText(`All ${machine.slots.length} GPUs of machine ${old.machineName} are in use.`).waitFor();
  const ways = ["Wait here", "Start with CPUs only", "Migrate now", "Redeploy on a network volume"];
  for (const way of ways) await page.getByRole("heading", { name: way }).waitFor();
  await page.getByRole("link", { name: "Plan the migration" }).click();

  // The plan names every identity before and after.
  await page.getByRole("heading", { name: "Migrate eval-nightly" }).waitFor();
  const planId = await page.waitForURL(/plan=/).then(() => new URL(page.url()).searchParams.get("plan"));
  const plan = await fleet.get(`/migration-plans/${planId}`);
  const changes = "What changes its name or address";
  for (const [kind, head] of [["pod_id", "Pod ID"], ["public_ip", "Public IP"], ["port_mapping", "TCP port 22"]]) {
    const change = plan.changes.find((it) => it.kind === kind);
    const shown = await rowOf(page, changes, head).innerText();
    assert.ok(shown.includes(change.from) && shown.includes(change.to), `${head}: ${shown}`);
  }
  const urls = plan.changes.filter((it) => it.kind === "proxy_url");
  assert.equal(urls.length, 2);
  for (const { port, from, to } of urls) {
    const shown = await rowOf(page, changes, `Proxy URL, port ${port}`).innerText();
    assert.ok(shown.includes(from) && shown.includes(to), shown);
  }
  await rowOf(page, "What becomes of every disk", "Pod volume").getByRole("cell", { name: "copied", exact: true }).waitFor();

  const start = await acknowledgeAll(page, "eval-nightly");
  await assertAccessible(page);
  await start.click();
  await page.waitForURL("**/migrations/**");
  await page.getByRole("heading", { name: "Move of eval-nightly: copying the pod volume" }).waitFor();
  await page.getByRole("progressbar", { name: "Copy of the pod volume" }).waitFor();
  await page.getByText(/MB\/s · about/).waitFor();
  await page.getByText(/^[\d.]+ [kMG]?B of [\d.]+ GB$/).waitFor();

  // The new pod runs before anything of the old one goes.
  await page.getByRole("heading", { name: /waiting for your confirmation$/ }).waitFor({ timeout: 90_000 });
  const { id, targetPodId, receipt } = await fleet.migrationOf("eval-nightly");
  assert.equal((await fleet.podOf(targetPodId)).summary.state, "RUNNING");
  await page.getByRole("heading", { name: "Receipt" }).waitFor();
  await page.getByText(receipt.manifestHash).waitFor();
  await page.getByText(targetPodId, { exact: true }).first().waitFor();

  await page.getByRole("link", { name: "Confirm the move" }).click();
  await page.getByRole("dialog", { name: "Confirm the move" }).getByRole("button", { name: "Confirm the move" }).click();
  await page.getByRole("heading", { name: "Move of eval-nightly: moved" }).waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "new pod" }).click();
  await page.waitForURL(`**/pods/${targetPodId}`);
  await summary(page).getByText("Running", { exact: true }).waitFor();
  await assertAccessible(page);
  assert.equal((await fleet.get(`/migrations/${id}`)).state, "COMPLETED");
});

flow("a move that waits to be confirmed is reverted", async (visit) => {
  const { page, fleet } = visit;
  const { id, sourcePodId, targetPodId } = await fleet.migrationOf("tts-studio");
  await visit.open(`/pods/${targetPodId}`);
  await page.getByRole("link", { name: "Confirm or revert" }).click();
  await page.waitForURL(`**/migrations/${id}**`);
  await page.getByRole("link", { name: "Revert the move" }).click();

  const dialog = page.getByRole("dialog", { name: "Revert the move" });
  await dialog.getByText("Brings back the old pod with its ID and addresses").waitFor();
  const name = dialog.getByRole("textbox", { name: "Type the pod's name to give up what was written" });
  if (await name.isVisible()) await name.fill("tts-studio");
  await dialog.getByRole("button", { name: "Revert the move" }).click();

  await page.getByRole("heading", { name: "Move of tts-studio: reverted" }).waitFor();
  await page.getByText("The old pod is back with its ID and addresses, stopped as it was. The new pod is removed.").waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "old pod" }).click();
  await page.waitForURL(`**/pods/${sourcePodId}`);
  await page.getByRole("heading", { name: "tts-studio" }).waitFor();
  assert.equal((await fleet.pod("tts-studio")).id, sourcePodId);
  // The ID it had meanwhile leads back.
  visit.allow(/status of 410/);
  await visit.open(`/pods/${targetPodId}`);
  await page.getByText("This pod goes on under another ID.").waitFor();
  await page.getByRole("link", { name: "Open the pod" }).click();
  await page.waitForURL(`**/pods/${sourcePodId}`);
});

flow("a move is cancelled while it copies, and the pod is as it was", async (visit) => {
  const { page, fleet } = visit;
  const old = await fleet.pod("train-llama-8b");
  await visit.open(`/pods/${old.id}/migrate`);
  await (await acknowledgeAll(page, "train-llama-8b")).click();
  await page.waitForURL("**/migrations/**");
  await page.getByRole("progressbar", { name: "Copy of the pod volume" }).waitFor();

  await page.getByRole("link", { name: "Cancel the move" }).click();
  const dialog = page.getByRole("dialog", { name: "Cancel the move" });
  await dialog.getByText("The old pod and its pod volume stay as they are.").waitFor();
  await dialog.getByRole("button", { name: "Cancel the move" }).click();
  await page.getByRole("heading", { name: "Move of train-llama-8b: cancelled" }).waitFor();
  await phase(page, "Copying the pod volume (ended here)").waitFor();
  await assertAccessible(page);

  await page.getByRole("link", { name: "old pod" }).click();
  await page.getByRole("heading", { name: "train-llama-8b" }).waitFor();
  await summary(page).getByText(/^Stopped/).waitFor();
  const after = await fleet.podOf(old.id);
  assert.equal(after.summary.state, "STOPPED");
  assert.equal(after.volume.usedBytes, 180_000_000_000);
});

flow("a plan that has gone stale on the screen says so and is renewed", async (visit) => {
  const { page, fleet } = visit;
  const old = await fleet.pod("train-llama-8b");
  await visit.open(`/pods/${old.id}/migrate`);
  const ready = await acknowledgeAll(page, "train-llama-8b");
  assert.ok(await ready.isEnabled());

  // Somebody takes what the plan counts on, for as long as this flow lasts.
  const taker = await fleet.create("takes-three", RTX_4090, 3, "EU-SE-1");
  visit.afterwards(() => fleet.act(taker.id, "terminate"));
  await page.getByText("The fleet has changed since this plan was made. Renew it before you start.").first().waitFor();
  assert.ok(await ready.isDisabled());
  await assertAccessible(page);
  await page.getByRole("button", { name: "Renew plan" }).click();
  await page.getByText("The plan has changed, and its ticks are cleared").waitFor();
  await page.getByRole("button", { name: /^Migrate \(\d to acknowledge\)$/ }).waitFor();
  assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 0);
});

flow("a plan that goes stale on its way to the server is refused with the differences", async (visit) => {
  const { page, fleet } = visit;
  visit.allow(/status of 409/);
  const old = await fleet.pod("train-llama-8b");
  const before = await fleet.migrationOf("train-llama-8b");
  await visit.open(`/pods/${old.id}/migrate`);
  const planId = new URL(page.url()).searchParams.get("plan");
  const ready = await acknowledgeAll(page, "train-llama-8b");

  // The change is made while the request is under way, so that the page cannot know of it.
  const { target } = await fleet.get(`/migration-plans/${planId}`);
  await page.route("**/api/v1/migrations", async (route) => {
    const { gpuFree, dataCenterId } = await fleet.machine(target.name);
    await fleet.create("takes-the-target", RTX_4090, gpuFree, dataCenterId);
    await route.continue();
  });
  const consent = page.getByRole("textbox", { name: "Type the pod's name to agree to the loss" });
  if (await consent.isVisible()) await consent.fill("train-llama-8b");
  await ready.click();

  const note = page.getByRole("note").filter({ hasText: "The plan has changed, and its ticks are cleared" });
  await note.getByRole("listitem").first().waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: /^Migrate \(\d to acknowledge\)$/ }).waitFor();
  assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 0);
  assert.notEqual(new URL(page.url()).searchParams.get("plan"), planId);
  // Earlier flows may have moved this pod to and fro.
  assert.equal((await fleet.migrationOf("train-llama-8b"))?.id, before?.id, "nothing was started");
});
