// What else one can do while the GPUs of a stopped pod are taken: wait in the queue, or start with CPUs only.
import assert from "node:assert/strict";
import { flowsOn } from "./harness.mjs";
import { summary } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

flow("a pod waits in the queue of its machine and leaves it", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("train-llama-8b");
  await visit.open(`/pods/${pod.id}/decide`);
  await page.getByRole("heading", { name: "Start train-llama-8b" }).waitFor();
  await page.getByText("You would have place 1; no promise when.").waitFor();

  const alone = page.getByRole("checkbox", { name: "Start by itself when it is its turn" });
  assert.ok(await alone.isChecked());
  await page.getByRole("button", { name: "Wait in the queue" }).click();
  await page.getByRole("main").getByText("This pod waits in the queue of its machine, at place 1.").waitFor();
  await page.getByText("You have place 1; no promise when.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Wait in the queue" }).isDisabled());
  assert.equal((await fleet.pod("train-llama-8b")).queuePosition, 1);

  await page.getByRole("button", { name: "Leave the queue" }).click();
  await page.getByText("You would have place 1; no promise when.").waitFor();
  await page.getByRole("button", { name: "Leave the queue" }).waitFor({ state: "detached" });
  assert.equal((await fleet.pod("train-llama-8b")).queuePosition, undefined);
});

flow("a pod starts with CPUs only, keeps its volume, and stops again", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("train-llama-8b");
  await visit.open(`/pods/${pod.id}/decide`);
  await page.getByRole("button", { name: "Start with CPUs only" }).click();

  await page.waitForURL(`**/pods/${pod.id}`);
  await summary(page).getByText(/^CPUs only/).waitFor();
  await page.getByText("Runs with CPUs only, to reach the data; not for computing.").waitFor();
  const { summary: now, volume } = await fleet.podOf(pod.id);
  assert.equal(now.state, "RUNNING");
  assert.equal(now.cpuOnly, true);
  assert.ok(volume.usedBytes >= 180_000_000_000, "the data is there");

  await page.getByRole("button", { name: "Stop…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop train-llama-8b" }).click();
  await summary(page).getByText(/^Stopped/).waitFor();
});

flow("what is not possible stays in its place and says why", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("train-llama-8b");
  await visit.open(`/pods/${pod.id}/decide`);
  await page.getByRole("definition").filter({ hasText: "The pod has no network volume." }).waitFor();
  const redeploy = page.getByRole("link", { name: "Redeploy on its volume" });
  assert.equal(await redeploy.getAttribute("aria-disabled"), "true");

  // A pod whose GPUs are free has nothing to wait for.
  const free = await fleet.pod("lora-maya");
  await visit.open(`/pods/${free.id}/decide`);
  await page.getByText("The GPUs are free again.").waitFor();
  await page.getByRole("definition").filter({ hasText: "There is nothing to wait for: the GPUs are free." }).waitFor();
});

flow("a pod on a network volume is deployed anew beside its data", async (visit) => {
  const { page, fleet } = visit;
  const old = await fleet.pod("dataset-prep");
  await fleet.act(old.id, "stop");
  await fleet.reached(old.id, "STOPPED");
  await visit.open(`/pods/${old.id}/decide`);
  await page.getByRole("link", { name: "Redeploy on its volume" }).click();

  // The form is filled like the pod, and the volume decides the place.
  await page.waitForURL(`**/deploy?like=${old.id}`);
  await page.getByRole("radio", { name: /^Network volume/, checked: true }).waitFor();
  const volume = page.getByRole("combobox", { name: "Network volume" });
  assert.match(await volume.evaluate((it) => it.selectedOptions[0].label), /^corpus-tx, /);
  await page.getByText("The pod is placed in US-TX-3, where its network volume is.").waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("dataset-prep-again");
  await page.getByRole("button", { name: "Deploy dataset-prep-again" }).click();

  await page.getByRole("heading", { name: "dataset-prep-again" }).waitFor();
  await summary(page).getByText(/^Running/).waitFor({ timeout: 60_000 });
  const { id } = await fleet.pod("dataset-prep-again");
  const { mounts, summary: now } = await fleet.podOf(id);
  assert.equal(now.dataCenterId, "US-TX-3");
  assert.deepEqual(mounts, (await fleet.podOf(old.id)).mounts);
  // The old one is untouched.
  assert.equal((await fleet.podOf(old.id)).summary.state, "STOPPED");
});
