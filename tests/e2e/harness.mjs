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

const FLOW_MS_MAX = 120_000;
const STEP_MS_MAX = 15_000;
const RESULTS = fileURLToPath(new URL("../../test-results", import.meta.url));
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Starts a cloud and a browser before the flows of a file and ends them after it.
 * @param {{fleet?: string}} [options]
 * @returns a function `flow(name, body)` or `flow(name, contextOptions, body)`; the body gets a {@link Visit}
 */
export function flowsOn(options) {
  const stage = {};
  before(async () => {
    stage.cloud = await startCloud(options);
    stage.browser = await openBrowser();
    stage.session = await signIn(stage.browser, stage.cloud);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.cloud?.stop();
  });
  return (name, ...rest) => {
    const body = rest.pop();
    test(name, { timeout: FLOW_MS_MAX }, () => perform(stage, name, rest[0], body));
  };
}

async function perform({ cloud, browser, session }, name, contextOptions, body) {
  const context = await browser.newContext({
    baseURL: cloud.origin,
    storageState: session,
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 800 },
    ...contextOptions,
  });
  context.setDefaultTimeout(STEP_MS_MAX);
  const page = await context.newPage();
  const visit = new Visit(page, cloud.origin);
  try {
    visit.cloud = cloud;
    visit.fleet = new Fleet(context.request);
    await body(visit);
    visit.assertQuiet();
  } catch (error) {
    await picture(page, name);
    for (const line of visit.complaints) console.error(line);
    throw error;
  } finally {
    await visit.leave();
    await context.close();
  }
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

  constructor(page, origin) {
    this.page = page;
    page.on("console", (line) => {
      if (["error", "warning"].includes(line.type())) this.#hear(`${line.type()}: ${line.text()} ${line.location().url}`);
    });
    page.on("pageerror", (error) => this.#hear(`uncaught: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && url.origin !== origin) this.#hear(`request to a third party: ${url}`);
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
    return this.#heard.filter((line) => !this.#allowed.some((pattern) => pattern.test(line)));
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

/** The violations axe-core finds. Its source comes in through the debugger, which no content policy stops. */
export async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations);
}

function described({ id, impact, help, nodes }) {
  const places = nodes.map((node) => `    ${node.target.join(" ")}\n      ${node.html}\n      ${node.failureSummary}`);
  return `  ${id} (${impact}): ${help}\n${places.join("\n")}`;
}
