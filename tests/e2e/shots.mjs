// Screenshots of the main pages: wide in both themes for the documentation, narrow to be looked at.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { given, MAIN_PAGES, openBrowser, ready, signIn, startCloud } from "./cloud.mjs";

const SERIES = [
  { folder: given("ROADSTEAD_SHOTS_WIDE"), viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { folder: given("ROADSTEAD_SHOTS_WIDE"), viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  { folder: given("ROADSTEAD_SHOTS_NARROW"), viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { folder: given("ROADSTEAD_SHOTS_NARROW"), viewport: { width: 390, height: 844 }, colorScheme: "dark" },
];

const cloud = await startCloud();
const browser = await openBrowser();
try {
  const storageState = await signIn(browser, cloud);
  for (const { folder, ...look } of SERIES) {
    await mkdir(folder, { recursive: true });
    const context = await browser.newContext({ baseURL: cloud.origin, storageState, reducedMotion: "reduce", ...look });
    const page = await context.newPage();
    for (const path of MAIN_PAGES) {
      await page.goto(path);
      await ready(page);
      await page.evaluate(() => document.fonts.ready);
      const file = join(folder, `${path.slice(1)}-${look.colorScheme}.png`);
      await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
      console.log(file);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await cloud.stop();
}
