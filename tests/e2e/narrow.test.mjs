// On a telephone: every page without a fault of accessibility, and never moved sideways.
import { assertAccessible, assertNotWider, flowsOn, MAIN_PAGES } from "./harness.mjs";
import { rail } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });
const narrow = { viewport: { width: 390, height: 844 }, hasTouch: true };

async function fits(visit, path) {
  await visit.open(path);
  await assertNotWider(visit.page);
  await assertAccessible(visit.page);
}

for (const path of [...MAIN_PAGES, "/billing?tab=ledger"]) {
  flow(`${path} fits a telephone`, narrow, (visit) => fits(visit, path));
}

flow("the pages of a pod fit a telephone, with a dialog", narrow, async (visit) => {
  const { id } = await visit.fleet.pod("train-llama-8b");
  await fits(visit, `/pods/${id}`);
  await fits(visit, `/pods/${id}/decide`);
  await fits(visit, `/pods/${id}/migrate`);
  const running = await visit.fleet.pod("whisper-batch");
  await fits(visit, `/pods/${running.id}?dialog=stop`);
});

flow("a machine, a volume and a move fit a telephone", narrow, async (visit) => {
  const { id } = await visit.fleet.machine("se-h100-1");
  await fits(visit, `/machines/${id}`);
  const [volume] = await visit.fleet.volumes();
  await fits(visit, `/volumes/${volume.id}`);
  const copying = await visit.fleet.migrationOf("train-vision-xl");
  await fits(visit, `/migrations/${copying.id}`);
  const waiting = await visit.fleet.migrationOf("tts-studio");
  await fits(visit, `/migrations/${waiting.id}`);
});

flow("every page is reached from every other one on a telephone", narrow, async (visit) => {
  const { page } = visit;
  await visit.open("/overview");
  for (const [name, path] of [["Pods", "/pods"], ["Machines", "/machines"], ["volumes", "/volumes"], ["Billing", "/billing"], ["Deploy", "/deploy"]]) {
    await rail(page, name).tap();
    await page.waitForURL(`**${path}`);
  }
});
