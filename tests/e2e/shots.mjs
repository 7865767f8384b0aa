// Screenshots of the main pages: wide in both themes for the documentation, narrow to be looked at.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { given, MAIN_PAGES, openBrowser, ready, signIn, startCloud } from "./cloud.mjs";

const DOCUMENTED = given("ROADSTEAD_SHOTS_DOCUMENTED");
const OTHERS = given("ROADSTEAD_SHOTS_OTHERS");
const SERIES = [
  { width: "wide", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { width: "wide", viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { width: "narrow", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { width: "narrow", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
];
/** Pages of one thing each that the documentation shows, and pages and dialogs that are only to be looked at; by name. */
async function detailPages(request) {
  const read = async (path) => (await request.get(path)).json();
  const { pods } = await read("/api/v1/pods");
  const { migrations } = await read("/api/v1/migrations");
  const { networkVolumes } = await read("/api/v1/network-volumes");
  const running = pods.find((pod) => pod.state === "RUNNING" && pod.data === "local" && pod.gpuCount > 0);
  const stranded = pods.find((pod) => pod.gpusTaken);
  const startable = pods.find((pod) => pod.state === "STOPPED" && !pod.gpusTaken && !pod.migration);
  const moving = migrations.find((it) => it.state === "COPYING");
  const waiting = migrations.find((it) => it.state === "AWAITING_CONFIRMATION");
  const attached = networkVolumes.find((it) => it.attachedTo.length > 0);
  const [{ podId }] = attached.attachedTo;
  const over = (place, ...dialogs) => dialogs.map((it) => [`dialog-${it.split("&")[0]}`, `${place}?dialog=${it}`]);
  const documented = [
    ["pod", `/pods/${running.id}`],
    ["decide", `/pods/${stranded.id}/decide`],
    ["migrate", `/pods/${stranded.id}/migrate`],
    ["migration", `/migrations/${moving.id}`],
    ["machine", `/machines/${running.machineId}`],
  ];
  const others = [
    ["volume", `/volumes/${attached.id}`],
    ["volume-new", "/volumes/new"],
    ["ledger", "/billing?tab=ledger"],
    ["migration-awaiting", `/migrations/${waiting.id}`],
    ...over(`/pods/${running.id}`, "stop", "restart", "edit"),
    ...over(`/pods/${startable.id}`, "start", "terminate"),
    ...over(`/migrations/${moving.id}`, "cancel"),
    ...over(`/migrations/${waiting.id}`, "confirm", "revert"),
    ...over(`/volumes/${attached.id}`, "grow", "delete", "attach", `detach&pod=${podId}`),
  ];
  return { documented, others };
}

const cloud = await startCloud();
const browser = await openBrowser();
try {
  const storageState = await signIn(browser, cloud);
  await mkdir(DOCUMENTED, { recursive: true });
  await mkdir(OTHERS, { recursive: true });
  for (const { width, ...look } of SERIES) {
    const context = await browser.newContext({ baseURL: cloud.origin, storageState, reducedMotion: "reduce", ...look });
    const page = await context.newPage();
    const take = async (folder, name, path) => {
      await page.goto(path);
      await ready(page);
      await page.evaluate(() => document.fonts.ready);
      if (name.startsWith("dialog-")) {
        const dialog = page.getByRole("dialog");
        await dialog.waitFor();
        await page.waitForFunction(() => !document.querySelector("dialog .skeleton"));
      }
      const file = join(folder, `${name}.png`);
      await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
      console.log(file);
    };
    const { documented, others } = await detailPages(context.request);
    for (const [name, path] of [...MAIN_PAGES.map((path) => [path.slice(1), path]), ...documented]) {
      if (width === "wide") await take(DOCUMENTED, `${name}-${look.colorScheme}`, path);
      else await take(OTHERS, `${name}-${width}-${look.colorScheme}`, path);
    }
    for (const [name, path] of others) await take(OTHERS, `${name}-${width}-${look.colorScheme}`, path);
    await context.clearCookies();
    await take(OTHERS, `sign-in-${width}-${look.colorScheme}`, "/sign-in");
    await context.close();
  }
} finally {
  await browser.close();
  await cloud.stop();
}
