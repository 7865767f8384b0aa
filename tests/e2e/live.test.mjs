// What happens in the fleet is on the screen without a reload.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { assertAccessible, flowsOn } from "./harness.mjs";
import { acknowledgeAll, assertSameDocument, atRest, mark, row, summary } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

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
  await summary(page).getByText(/^Running/).waitFor();
  await mark(page);
  await fleet.act(pod.id, "stop");
  await summary(page).getByText(/^Stopped/).waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).waitFor();
  const { cost } = await fleet.podOf(pod.id);
  assert.equal(cost.meters.length, 1, "its volume alone is charged");
  await page.getByRole("table", { name: "What is charged" }).getByRole("row").nth(2).waitFor({ state: "detached" });
  await assertSameDocument(page);
});

flow("a filtered list loses what no longer fits, and gains what does", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("rl-arena");
  // What else happens would have the list read again, and hide that this pod's own change does not.
  await atRest(fleet);
  await visit.open("/pods?q=state:running");
  await row(page, "rl-arena").waitFor();
  await fleet.act(pod.id, "stop");
  await row(page, "rl-arena").waitFor({ state: "detached" });
  await fleet.reached(pod.id, "STOPPED");
  await fleet.act(pod.id, "start");
  // Rows on the screen do not move by themselves: what is new waits until it is asked for.
  await page.getByRole("button", { name: "1 new" }).click();
  await row(page, "rl-arena").waitFor();
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
  await assertAccessible(page);
  await fleet.post(`/migrations/${id}/action`, { action: "confirm" });
  await page.getByText("This pod goes on under another ID.").waitFor();
  await page.getByRole("link", { name: "Open the pod" }).click();
  await page.waitForURL(`**/pods/${targetPodId}`);
  await page.getByRole("heading", { name: "tts-studio" }).waitFor();

  await visit.open(`/pods/${sourcePodId}`);
  await assertAccessible(page);
  await page.getByRole("link", { name: "Open the pod" }).click();
  await page.waitForURL(`**/pods/${targetPodId}`);
});

flow("what one browser does to a pod the other one shows", async (visit) => {
  const { page } = visit;
  const other = await visit.beside();
  const { id } = await visit.fleet.pod("sd-webui");
  await visit.open("/pods?q=sd-webui");
  await row(page, "sd-webui").getByText("Running", { exact: true }).waitFor();
  await mark(page);
  await other.open(`/pods/${id}?dialog=edit`);
  await other.page.getByRole("textbox", { name: "Name" }).fill("sd-webui-two");
  await other.page.getByRole("button", { name: "Save name" }).click();
  await row(page, "sd-webui-two").waitFor();
  await other.open(`/pods/${id}?dialog=stop`);
  await other.page.getByRole("dialog").getByRole("button", { name: "Stop sd-webui-two" }).click();
  await row(page, "sd-webui-two").getByText("Stopped", { exact: true }).waitFor();
  await assertSameDocument(page);
});

flow("what one browser does to a volume the other one shows", async (visit) => {
  const { page } = visit;
  const other = await visit.beside();
  await visit.open("/volumes");
  await mark(page);
  await other.open("/volumes/new");
  const create = other.page.getByRole("dialog", { name: "Create volume" });
  await create.getByRole("textbox", { name: "Name" }).fill("from-the-other");
  await create.getByRole("spinbutton", { name: "Size" }).fill("20");
  await create.getByRole("combobox", { name: "Data centre" }).selectOption("EU-NL-1");
  await create.getByRole("button", { name: "Create volume" }).click();
  const link = page.getByRole("table", { name: "Network volumes" }).getByRole("link", { name: "from-the-other" });
  await link.click();
  const beside = page.getByRole("complementary", { name: "from-the-other" });
  await beside.getByText(/of 20 GB/).waitFor();

  await other.page.getByRole("link", { name: "Grow" }).click();
  const grow = other.page.getByRole("dialog", { name: "Grow from-the-other" });
  await grow.getByRole("spinbutton", { name: "Size" }).fill("40");
  await grow.getByRole("button", { name: "Grow from-the-other" }).click();
  await beside.getByText(/of 40 GB/).waitFor();
  await assertSameDocument(page);
});

flow("a move that one browser cancels ends in the other one", async (visit) => {
  const { page, fleet } = visit;
  const other = await visit.beside();
  const { id } = await fleet.migrationOf("train-vision-xl");
  await visit.open("/overview");
  await page.getByRole("main").getByRole("progressbar").first().waitFor();
  await mark(page);
  await other.open(`/migrations/${id}`);
  await other.page.getByRole("link", { name: "Cancel the move" }).click();
  await other.page.getByRole("dialog", { name: "Cancel the move" }).getByRole("button", { name: "Cancel the move" }).click();
  await other.page.getByRole("heading", { name: "Move of train-vision-xl: cancelled" }).waitFor();
  await page.getByText("No pod is being moved.").waitFor();
  await assertSameDocument(page);
});

flow("a plan that one browser starts, the other one follows", async (visit) => {
  const { page, fleet } = visit;
  const other = await visit.beside();
  const { id } = await fleet.pod("train-llama-8b");
  await visit.open(`/pods/${id}`);
  await mark(page);
  await other.open(`/pods/${id}/migrate`);
  await (await acknowledgeAll(other.page, "train-llama-8b")).click();
  await page.getByText("A migration of this pod is under way.").waitFor();
  await page.getByRole("link", { name: "Open the migration" }).click();
  await page.getByRole("heading", { name: /^Move of train-llama-8b/ }).waitFor();
  await assertSameDocument(page);
});

flow("what one browser pays in, the other one has on its balance", async (visit) => {
  const { page } = visit;
  const other = await visit.beside();
  await visit.open("/billing?tab=ledger");
  const ledger = page.getByRole("table", { name: "Ledger" });
  await ledger.getByRole("row").nth(1).waitFor();
  const balance = page.getByRole("main").locator(".figure-value").first();
  const before = Number((await balance.innerText()).replace(/[^\d.]/g, ""));
  await mark(page);
  await other.open("/billing");
  await other.page.getByRole("spinbutton", { name: "Amount" }).fill("1000");
  await other.page.getByRole("textbox", { name: "Note" }).fill("from the other");
  await other.page.getByRole("button", { name: "Add credit" }).click();
  const now = async () => Number((await balance.innerText()).replace(/[^\d.]/g, ""));
  await until(now, (it) => it > before + 990, "the balance with the credit");
  await ledger.getByRole("row").filter({ hasText: "from the other" }).waitFor();
  await assertSameDocument(page);
});
