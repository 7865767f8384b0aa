// Whole flows: one cloud and one browser per file, a fresh signed-in page per flow, and no line in the console.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openBrowser, ready, signIn, startCloud } from "./cloud.mjs";
import { Fleet } from "./fleet.mjs";

export { ADMIN_KEY, MAIN_PAGES, ready } from "./cloud.mjs";

/** Enough for a copy of a volume, or for a request that is never answered. */
const FLOW_MS_MAX = 180_000;
const STEP_MS_MAX = 15_000;
/** Places shown of one fault; the rest is as a rule the same in other rows. */
const PLACES_MAX = 4;
const RESULTS = fileURLToPath(new URL("../../test-results", import.meta.url));
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Starts a cloud and a browser before the flows of a file and ends them after it.
 * @param {{fleet?: string, start?: () => Promise<{origin: string, stop(): Promise<void>}>}} [options]
 *   what the cloud holds; or another server in its place, where nobody signs in
 * @returns a function `flow(name, body)` or `flow(name, options, body)`, with options of the browser's context, or
 *   `skip` with a reason; the body gets a {@link Visit}
 */
export function flowsOn({ fleet, start } = {}) {
  const stage = {};
  before(async () => {
    stage.cloud = await (start ? start() : startCloud({ fleet }));
    stage.browser = await openBrowser();
    stage.session = start ? undefined : await signIn(stage.browser, stage.cloud);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.cloud?.stop();
  });
  return (name, ...rest) => {
    const body = rest.pop();
    const { skip = false, ...contextOptions } = rest[0] ?? {};
    test(name, { timeout: FLOW_MS_MAX, skip }, () => perform(stage, name, contextOptions, body));
  };
}

async function perform(stage, name, contextOptions, body) {
  const visit = await begin(stage, contextOptions);
  try {
    await body(visit);
    visit.assertQuiet();
  } catch (error) {
    for (const [at, page] of visit.pages.entries()) await picture(page, at ? `${name} ${at + 1}` : name);
    for (const line of visit.complaints) console.error(line);
    throw error;
  } finally {
    await visit.leave();
  }
}

async function begin(stage, contextOptions) {
  const context = await stage.browser.newContext({
    baseURL: stage.cloud.origin,
    storageState: stage.session,
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 800 },
    ...contextOptions,
  });
  context.setDefaultTimeout(STEP_MS_MAX);
  return new Visit(await context.newPage(), stage.cloud, () => begin(stage, contextOptions));
}

/** A picture of what a failed flow saw; a page that is gone has none. */
async function picture(page, name) {
  const path = join(RESULTS, `${name.replace(/[^a-z0-9]+/gi, "-")}.png`);
  try {
    await mkdir(RESULTS, { recursive: true });
    await page.screenshot({ path });
    console.error(`picture: ${path}`);
  } catch (error) {
    console.error(`no picture: ${error.message}`);
  }
}

/** A page, and everything about it that somebody should have looked at. */
export class Visit {
  #afterwards = [];
  #allowed = [];
  #heard = [];
  #beside = [];
  #open;

  /** @param open opens another visit of the same person */
  constructor(page, cloud, open) {
    this.page = page;
    this.cloud = cloud;
    this.fleet = new Fleet(page.context().request);
    this.#open = open;
    page.on("console", (line) => {
      if (["error", "warning"].includes(line.type())) this.#hear(`${line.type()}: ${line.text()} ${line.location().url}`);
    });
    page.on("pageerror", (error) => this.#hear(`uncaught: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && url.origin !== cloud.origin) this.#hear(`request to a third party: ${url}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "unknown";
      // Leaving a page ends its stream and its open requests; that is as it should be.
      if (why !== "net::ERR_ABORTED") this.#hear(`failed request: ${request.url()} (${why})`);
    });
  }

  #hear(line) {
    this.#heard.push(line);
  }

  /** Puts something back when the flow ends, however it ends, for the next flow of the file. */
  afterwards(step) {
    this.#afterwards.push(step);
  }

  async leave() {
    for (const step of this.#afterwards.reverse()) {
      await step().catch((error) => console.error(`not put back: ${error.message}`));
    }
    for (const visit of this.#beside) await visit.leave();
    await this.page.context().close();
  }

  /** A second browser of the same person, with nothing in common but the session; it is quiet and closed with this one. */
  async beside() {
    const visit = await this.#open();
    this.#beside.push(visit);
    return visit;
  }

  /** The pages of this visit and of those beside it. */
  get pages() {
    return [this.page, ...this.#beside.flatMap((it) => it.pages)];
  }

  /** Opens an address and waits until it shows its data. */
  async open(path) {
    await this.page.goto(path);
    await ready(this.page);
  }

  /** A complaint that the flow provokes on purpose. */
  allow(pattern) {
    this.#allowed.push(pattern);
  }

  /** Lines of the console, failed and foreign requests that no flow has allowed. */
  get complaints() {
    const own = this.#heard.filter((line) => !this.#allowed.some((pattern) => pattern.test(line)));
    return [...own, ...this.#beside.flatMap((it) => it.complaints)];
  }

  assertQuiet() {
    assert.deepEqual(this.complaints, [], "the console and the network are quiet");
  }
}

/** No violation of any axe rule, in the light and in the dark theme. */
export async function assertAccessible(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const violations = await axe(page);
    assert.equal(violations.length, 0, `${page.url()} in ${colorScheme}:\n${violations.map(described).join("\n")}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** The page itself is never moved sideways; what is wider scrolls in a place of its own. */
export async function assertNotWider(page) {
  const [wide, seen] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(wide <= seen, `${page.url()} is ${wide} px wide in ${seen} px`);
}

/** The violations axe-core finds. Its source comes in through the debugger, which no content policy stops. */
export async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations);
}

function described({ id, impact, help, nodes }) {
  const places = nodes.slice(0, PLACES_MAX).map((node) => `    ${node.target.join(" ")}\n      ${node.html}\n      ${node.failureSummary}`);
  const more = nodes.length > PLACES_MAX ? `\n    and ${nodes.length - PLACES_MAX} more` : "";
  return `  ${id} (${impact}): ${help}\n${places.join("\n")}${more}`;
}
