// The server gone and back: what was known stays on the screen, marked, and nothing acknowledged is lost.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { assertAccessible, flowsOn } from "./harness.mjs";
import { rail, row, says } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });
/** A request waits 20 s for its answer, and the next one may wait as long for its turn. */
const HANG_MS_MAX = 45_000;
const GONE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;

/** What must be the same before and after. */
async function facts(fleet) {
  const pods = (await fleet.pods()).map(({ id, name, machineName, data }) => ({ id, name, machineName, data }));
  const volumes = (await fleet.volumes()).map(({ id, name, sizeGb, attachedTo }) => ({ id, name, sizeGb, attachedTo }));
  const ledger = await fleet.get("/ledger?limit=50");
  return { pods, volumes, oldest: ledger.lines.at(-1) };
}

flow("while the server is gone the list stays, marked stale, and it comes back live", async (visit) => {
  const { page, cloud, fleet } = visit;
  visit.allow(GONE);
  await visit.open("/pods");
  await says(page, "Live").waitFor();
  const { id } = await fleet.pod("whisper-batch");

  visit.afterwards(() => cloud.revive());
  await cloud.end();
  await says(page, /^Stale since /).waitFor({ timeout: 30_000 });
  await row(page, "whisper-batch").waitFor();
  assert.equal(await page.getByText("No pods yet").count(), 0);
  await assertAccessible(page);
  // What was not read yet says that it cannot be, and never looks empty.
  await rail(page, "volumes").click();
  await page.getByText("The network volumes cannot be read").waitFor({ timeout: 30_000 });
  assert.equal(await page.getByText("No network volumes yet").count(), 0);
  await assertAccessible(page);
  await rail(page, "Pods").click();

  await cloud.start();
  await says(page, "Live").waitFor({ timeout: 60_000 });
  await row(page, "whisper-batch").getByText("Running", { exact: true }).waitFor();
  await fleet.act(id, "stop");
  await row(page, "whisper-batch").getByText("Stopped", { exact: true }).waitFor();
  await rail(page, "volumes").click();
  await page.getByRole("link", { name: "models-shared" }).waitFor();
});

flow("after a loss of power everything that was acknowledged is there", async (visit) => {
  const { cloud, fleet, page } = visit;
  const pod = await fleet.create("made-just-before", "NVIDIA RTX A5000", 1, "US-TX-3");
  const volume = await fleet.post("/network-volumes", { name: "just-before", sizeGb: 30, dataCenterId: "EU-NL-1" });
  const before = await facts(fleet);
  visit.afterwards(() => cloud.revive());
  await cloud.crash();
  await cloud.start();
  const after = await facts(fleet);
  assert.deepEqual(after.pods, before.pods);
  assert.deepEqual(after.volumes, before.volumes);
  assert.ok(after.pods.some((it) => it.id === pod.id) && after.volumes.some((it) => it.id === volume.id));
  const { lines, totalMicros } = await fleet.get("/ledger?limit=1000");
  assert.ok(lines.some((it) => it.id === before.oldest.id && it.amountMicros === before.oldest.amountMicros));
  assert.equal(totalMicros, (await fleet.get("/account")).postedMicros);

  // The session is as durable as the rest.
  await visit.open("/pods");
  await row(page, "made-just-before").waitFor();
  await fleet.reached(pod.id, "RUNNING");
});

flow("a copy that was cut off goes on where it was, on the screen as well", async (visit) => {
  const { page, cloud, fleet } = visit;
  visit.allow(GONE);
  const { id } = await fleet.migrationOf("train-vision-xl");
  await visit.open(`/migrations/${id}`);
  const bar = page.getByRole("progressbar", { name: "Copy of the pod volume" });
  await bar.waitFor();
  const before = (await fleet.get(`/migrations/${id}`)).progress.bytesDone;
  assert.ok(before > 0);

  visit.afterwards(() => cloud.revive());
  await cloud.crash();
  await says(page, /^Stale since /).waitFor({ timeout: 30_000 });
  await bar.waitFor();
  await cloud.start();
  const read = () => fleet.get(`/migrations/${id}`);
  const after = await until(read, (it) => it.state === "COPYING" && it.progress.bytesDone > before, "the copy goes on");
  assert.equal(after.timeline.filter((it) => it.state === "COPYING").length, 1, "it did not begin again");

  await says(page, "Live").waitFor({ timeout: 60_000 });
  await page.getByText(/MB\/s · about/).waitFor();
  const share = () => bar.evaluate((it) => it.value);
  const shown = await share();
  await until(share, (it) => it > shown, "progress on the screen");
});

flow("a server that hangs is noticed, and the page goes on when it does", async (visit) => {
  const { page, cloud, fleet } = visit;
  visit.allow(GONE);
  visit.allow(/ERR_TIMED_OUT|ERR_ABORTED/);
  await visit.open("/machines");
  await says(page, "Live").waitFor();
  visit.afterwards(() => cloud.revive());
  cloud.pause();
  await rail(page, "volumes").click();
  await page.getByText("The network volumes cannot be read").waitFor({ timeout: HANG_MS_MAX });
  cloud.resume();
  await page.getByRole("link", { name: "models-shared" }).waitFor({ timeout: HANG_MS_MAX });
  await says(page, "Live").waitFor({ timeout: HANG_MS_MAX });
  assert.ok((await fleet.volumes()).length >= 4);
});

flow("without a network of its own the page says so, keeps what it knows, and goes on with it", async (visit) => {
  const { page, cloud, fleet } = visit;
  visit.allow(/ERR_INTERNET_DISCONNECTED/);
  visit.allow(GONE);
  const context = page.context();
  await visit.open("/machines");
  await says(page, "Live").waitFor();
  const [machine] = (await fleet.get("/machines?limit=1")).machines;
  visit.afterwards(() => cloud.revive());
  await context.setOffline(true);
  // The browser lets an open stream be; without a network it would be lost.
  await cloud.end();
  await says(page, "Offline").waitFor({ timeout: HANG_MS_MAX });
  await row(page, machine.name).waitFor();
  await assertAccessible(page);
  await cloud.start();
  await context.setOffline(false);
  await says(page, "Live").waitFor({ timeout: HANG_MS_MAX });
});

flow("what could not be read is read again on request", async (visit) => {
  const { page } = visit;
  visit.allow(/status of 503/);
  const title = "Out of order";
  await page.route("**/api/v1/network-volumes*", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      json: { type: "about:blank", title, status: 503, code: "store_unavailable", detail: "The store does not answer.", requestId: "req0" },
    }),
  );
  await visit.open("/volumes");
  const alert = page.getByRole("main").getByRole("alert").filter({ hasText: "The network volumes cannot be read" });
  await alert.getByText("store_unavailable").waitFor();
  await alert.getByText("req0").waitFor();
  await assertAccessible(page);
  await page.unroute("**/api/v1/network-volumes*");
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "models-shared" }).waitFor();
  await alert.waitFor({ state: "detached" });
});
