// What happens in the fleet is on the screen without a reload.
import assert from "node:assert/strict";
import { flowsOn } from "./harness.mjs";

const flow = flowsOn({ fleet: "demo" });

/** Something that a reload would take away. */
async function mark(page) {
  await page.evaluate(() => {
    window.sameDocument = true;
  });
}

async function assertSameDocument(page) {
  assert.equal(await page.evaluate(() => window.sameDocument), true, "nothing was reloaded");
}

function row(page, name) {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

flow("a pod stopped elsewhere changes in the open list", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("jupyter-maya");
  await visit.open("/pods");
  await row(page, "jupyter-maya").getByText("Running", { exact: true }).waitFor();
  await mark(page);
  await fleet.act(pod.id, "stop");
  await row(page, "jupyter-maya").getByText("Stopped", { exact: true }).waitFor();
  await fleet.act(pod.id, "start");
  await row(page, "jupyter-maya").getByText("Running", { exact: true }).waitFor();
  await assertSameDocument(page);
});

flow("a pod stopped elsewhere changes on its open page, with what it allows and costs", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("whisper-batch");
  await visit.open(`/pods/${pod.id}`);
  const summary = page.getByRole("region", { name: "Summary" });
  await summary.getByText(/^Running/).waitFor();
  await mark(page);
  await fleet.act(pod.id, "stop");
  await summary.getByText(/^Stopped/).waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).waitFor();
  const { cost } = await fleet.podOf(pod.id);
  assert.equal(cost.meters.length, 1, "its volume alone is charged");
  await page.getByRole("table", { name: "What is charged" }).getByRole("row").nth(2).waitFor({ state: "detached" });
  await assertSameDocument(page);
});

flow("a filtered list loses what no longer fits, and gains what does", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("rl-arena");
  await visit.open("/pods?q=state:running");
  await row(page, "rl-arena").waitFor();
  await fleet.act(pod.id, "stop");
  await row(page, "rl-arena").waitFor({ state: "detached" });
});

flow("a volume made elsewhere comes into the open list", async (visit) => {
  const { page, fleet } = visit;
  await visit.open("/volumes");
  await mark(page);
  await fleet.post("/network-volumes", { name: "made-elsewhere", sizeGb: 50, dataCenterId: "EU-NL-1" });
  await page.getByRole("table", { name: "Network volumes" }).getByRole("link", { name: "made-elsewhere" }).waitFor();
  await assertSameDocument(page);
});

flow("the old ID of a moved pod leads to the new one", async (visit) => {
  const { page, fleet } = visit;
  visit.allow(/status of 410/);
  const { id, sourcePodId, targetPodId } = await fleet.migrationOf("tts-studio");
  // While the old pod is kept it says where it went.
  await visit.open(`/pods/${sourcePodId}`);
  await page.getByRole("link", { name: "Open the new pod" }).waitFor();
  await fleet.post(`/migrations/${id}/action`, { action: "confirm" });
  await page.getByText("This pod moved and its old ID is no longer in use.").waitFor();
  await page.getByRole("link", { name: "Open the new pod" }).click();
  await page.waitForURL(`**/pods/${targetPodId}`);
  await page.getByRole("heading", { name: "tts-studio" }).waitFor();

  await visit.open(`/pods/${sourcePodId}`);
  await page.getByRole("link", { name: "Open the new pod" }).click();
  await page.waitForURL(`**/pods/${targetPodId}`);
});
