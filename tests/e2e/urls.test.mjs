// Every address opens by itself, again after a reload, and without a fault of accessibility, with each of its dialogs.
import assert from "node:assert/strict";
import { assertAccessible, flowsOn, ready } from "./harness.mjs";
import { rail } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

/** Opens an address and its reload; the same heading stands on both. */
async function opensTwice(visit, path, heading) {
  const { page } = visit;
  await visit.open(path);
  const title = page.getByRole("heading", { level: 1, name: heading });
  await title.waitFor();
  const before = { title: await page.title(), path: new URL(page.url()).pathname };
  await page.reload();
  await ready(page);
  await title.waitFor();
  assert.deepEqual({ title: await page.title(), path: new URL(page.url()).pathname }, before);
  await assertAccessible(page);
}

/** Opens the address of a dialog; the dialog is there, also after a reload, and leaves the address with Escape. */
async function dialogOpens(visit, path, name) {
  const { page } = visit;
  await visit.open(path);
  const dialog = page.getByRole("dialog", { name });
  await dialog.waitFor();
  await page.reload();
  await ready(page);
  await dialog.waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.doesNotMatch(page.url(), /dialog=|\/new$/);
}

const PAGES = [
  ["/overview", "Overview"],
  ["/pods", "Pods"],
  ["/pods?q=state:stopped&sort=-cost", "Pods"],
  ["/deploy", "Deploy a pod"],
  ["/deploy?gpu=NVIDIA+L40S&count=1", "Deploy a pod"],
  ["/machines", "Machines"],
  ["/machines?q=a100", "Machines"],
  ["/volumes", "Network volumes"],
  ["/billing", "Billing"],
  ["/billing?tab=ledger", "Billing"],
];

for (const [path, heading] of PAGES) {
  flow(`${path} opens again after a reload`, (visit) => opensTwice(visit, path, heading));
}

flow("the pages of a pod open again after a reload", async (visit) => {
  const { id } = await visit.fleet.pod("train-llama-8b");
  await opensTwice(visit, `/pods/${id}`, "train-llama-8b");
  await opensTwice(visit, `/pods/${id}/decide`, "Start train-llama-8b");
  await opensTwice(visit, `/pods/${id}/migrate`, /^Migrate train-llama-8b/);
  await opensTwice(visit, `/deploy?like=${id}`, "Deploy a pod");
  await opensTwice(visit, `/billing?tab=ledger&pod=${id}`, "Billing");
});

flow("a machine, a volume and its ledger open again after a reload", async (visit) => {
  const machine = await visit.fleet.machine("se-h100-1");
  await opensTwice(visit, `/machines/${machine.id}`, "se-h100-1");
  const [volume] = await visit.fleet.volumes();
  await opensTwice(visit, `/volumes/${volume.id}`, "Network volumes");
  await visit.page.getByRole("complementary", { name: volume.name }).waitFor();
  await opensTwice(visit, `/billing?tab=ledger&volume=${volume.id}`, "Billing");
});

flow("migrations open again after a reload, with their dialogs", async (visit) => {
  const copying = await visit.fleet.migrationOf("train-vision-xl");
  await opensTwice(visit, `/migrations/${copying.id}`, /^Move of train-vision-xl/);
  await dialogOpens(visit, `/migrations/${copying.id}?dialog=cancel`, "Cancel the move");
  const waiting = await visit.fleet.migrationOf("tts-studio");
  await opensTwice(visit, `/migrations/${waiting.id}`, /^Move of tts-studio/);
  await dialogOpens(visit, `/migrations/${waiting.id}?dialog=confirm`, "Confirm the move");
  await dialogOpens(visit, `/migrations/${waiting.id}?dialog=revert`, "Revert the move");
});

flow("every dialog over a pod opens by its address", async (visit) => {
  const running = await visit.fleet.pod("whisper-batch");
  await dialogOpens(visit, `/pods/${running.id}?dialog=stop`, "Stop whisper-batch");
  await dialogOpens(visit, `/pods/${running.id}?dialog=restart`, "Restart whisper-batch");
  await dialogOpens(visit, `/pods/${running.id}?dialog=edit`, "Rename pod");
  const stopped = await visit.fleet.pod("lora-maya");
  await dialogOpens(visit, `/pods/${stopped.id}?dialog=start`, "Start lora-maya");
  await dialogOpens(visit, `/pods/${stopped.id}?dialog=terminate`, "Terminate lora-maya");
});

flow("every dialog over volumes opens by its address", async (visit) => {
  const { id, name, attachedTo } = (await visit.fleet.volumes()).find((it) => it.name === "models-shared");
  const [mount] = attachedTo;
  await dialogOpens(visit, "/volumes/new", "Create volume");
  await dialogOpens(visit, `/volumes/${id}?dialog=grow`, `Grow ${name}`);
  await dialogOpens(visit, `/volumes/${id}?dialog=attach`, `Attach to a pod: ${name}`);
  await dialogOpens(visit, `/volumes/${id}?dialog=delete`, `Delete ${name}`);
  await dialogOpens(visit, `/volumes/${id}?dialog=detach&pod=${mount.podId}`, `Detach ${name} from ${mount.podName}`);
});

flow("the address follows the page after going back and forward", async (visit) => {
  const { page } = visit;
  const isAt = async (heading, path) => {
    await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, path);
  };
  await visit.open("/overview");
  await rail(page, "Pods").click();
  await isAt("Pods", "/pods");
  await rail(page, "Billing").click();
  await isAt("Billing", "/billing");
  await page.goBack();
  await isAt("Pods", "/pods");
  await page.goForward();
  await isAt("Billing", "/billing");
  await rail(page, "Pods").click();
  await isAt("Pods", "/pods");
  await page.goBack();
  await isAt("Billing", "/billing");
  await page.goBack();
  await isAt("Pods", "/pods");
});

flow("the list of keys opens and closes", async (visit) => {
  const { page } = visit;
  await visit.open("/pods");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.waitFor();
  await assertAccessible(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

const NOBODY = "0".repeat(26);

flow("an address that cannot be says so", async (visit) => {
  const { page } = visit;
  const paths = ["/nowhere", "/machines/nonsense", "/migrations/nonsense"];
  const ofPods = ["", "/decide", "/migrate"].map((it) => `/pods/nonsense${it}`);
  for (const path of [...paths, ...ofPods]) {
    await visit.open(path);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await page.getByRole("link", { name: "Go to the overview" }).waitFor();
    await assertAccessible(page);
  }
  await visit.open("/volumes/nonsense");
  await page.getByText("There is no such volume in this account.").waitFor();
  await assertAccessible(page);
});

flow("an ID that nothing has is said to be none, with what to do and the request", async (visit) => {
  const { page } = visit;
  visit.allow(/status of 404/);
  const unknown = {
    [`/pods/pod${NOBODY}`]: "There is no pod with the ID",
    [`/pods/pod${NOBODY}/decide`]: "There is no pod with the ID",
    [`/pods/pod${NOBODY}/migrate`]: "There is no pod with the ID",
    [`/machines/mch${NOBODY}`]: "There is no machine with the ID",
    [`/migrations/mig${NOBODY}`]: "There is no migration with the ID",
  };
  for (const [path, said] of Object.entries(unknown)) {
    await visit.open(path);
    const alert = page.getByRole("main").getByRole("alert");
    await alert.getByText(said).waitFor();
    await alert.getByText(/^req[0-9a-f]+$/).waitFor();
    await assertAccessible(page);
  }
  await visit.open(`/volumes/vol${NOBODY}`);
  await page.getByText("There is no such volume in this account.").waitFor();
});
