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
/** Taken to be looked at; the documentation does not show them. */
const UNDOCUMENTED = ["stop", "volume", "ledger"];

/** Pages of one thing each, by the name their picture gets. */
async function detailPages(request) {
  const read = async (path) => (await request.get(path)).json();
  const { pods } = await read("/api/v1/pods");
  const { migrations } = await read("/api/v1/migrations");
  const { networkVolumes } = await read("/api/v1/network-volumes");
  const running = pods.find((pod) => pod.state === "RUNNING" && pod.data === "local" && pod.gpuCount > 0);
  const stranded = pods.find((pod) => pod.gpusTaken);
  const moving = migrations.find((it) => it.state === "COPYING") ?? migrations[0];
  return [
    ["pod", `/pods/${running.id}`],
    ["stop", `/pods/${running.id}?dialog=stop`],
    ["decide", `/pods/${stranded.id}/decide`],
    ["migrate", `/pods/${stranded.id}/migrate`],
    ["migration", `/migrations/${moving.id}`],
    ["machine", `/machines/${running.machineId}`],
    ["volume", `/volumes/${networkVolumes[0].id}`],
    ["ledger", "/billing?tab=ledger"],
  ];
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
    const pages = MAIN_PAGES.map((path) => [path.slice(1), path]);
    for (const [name, path] of [...pages, ...(await detailPages(context.request))]) {
      await page.goto(path);
      await ready(page);
      await page.evaluate(() => document.fonts.ready);
      const documented = width === "wide" && !UNDOCUMENTED.includes(name);
      const file = documented
        ? join(DOCUMENTED, `${name}-${look.colorScheme}.png`)
        : join(OTHERS, `${name}-${width}-${look.colorScheme}.png`);
      await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
      console.log(file);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await cloud.stop();
}
