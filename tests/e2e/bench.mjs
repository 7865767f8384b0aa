// Measures a running cloud from outside; prints one line of JSON for each row: {row, figure} or {row, skipped}.
// Called by `cargo xtask bench` with the rows wanted.
import { Agent, request as httpRequest } from "node:http";
import { given, openBrowser, ready, signIn, startCloud } from "./cloud.mjs";

const CONNECTIONS = 64;
const DURABLE_MS = 3_000;
const LIST_REQUESTS = 300;
const ROUNDS = 5;
const SCROLL_FRAMES = 120;
const WARM_UP = 20;

const median = (numbers) => percentile(numbers, 50);
const percentile = (numbers, share) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * share) / 100) - 1)];
};

/** Why a row has no figure. */
class Skipped extends Error {}

/** Requests as the dashboard makes them, over connections that stay open. */
class Api {
  #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  constructor(origin, cookies) {
    this.origin = origin;
    this.cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  /** The answer as it came over the wire: bytes still compressed. */
  send(method, path, { body, encoding = "identity" } = {}) {
    const headers = { cookie: this.cookie, origin: this.origin, "accept-encoding": encoding };
    if (body) Object.assign(headers, { "content-type": "application/json", "x-roadstead-csrf": "1" });
    return new Promise((done, failed) => {
      const sent = httpRequest(new URL(path, this.origin), { method, headers, agent: this.#agent }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }));
        answer.on("error", failed);
      });
      sent.on("error", failed);
      sent.end(body && JSON.stringify(body));
    });
  }

  async read(path) {
    const { status, bytes } = await this.send("GET", path);
    if (status !== 200) throw new Skipped(`GET ${path} answered ${status}`);
    return JSON.parse(bytes);
  }

  async rename(id, name) {
    const { status, bytes } = await this.send("PATCH", `/api/v1/pods/${id}`, { body: { name } });
    if (status !== 200) throw new Skipped(`PATCH of a name answered ${status}: ${bytes.toString().slice(0, 80)}`);
  }

  close() {
    this.#agent.destroy();
  }
}

async function pageOfPods(api) {
  const { pods } = await api.read("/api/v1/pods?limit=100");
  if (pods.length === 0) throw new Skipped("the fleet has no pods");
  return pods;
}

async function list({ api }) {
  const path = "/api/v1/pods?limit=100";
  await pageOfPods(api);
  const times = [];
  for (let i = -WARM_UP; i < LIST_REQUESTS; i++) {
    const start = performance.now();
    const { status } = await api.send("GET", path);
    if (status !== 200) throw new Skipped(`answered ${status} after ${i + WARM_UP} requests`);
    if (i >= 0) times.push(performance.now() - start);
  }
  return percentile(times, 99);
}

async function rowBytes({ api }) {
  const pods = await pageOfPods(api);
  const { bytes } = await api.send("GET", "/api/v1/pods?limit=100", { encoding: "br, gzip" });
  return bytes.length / pods.length;
}

async function rows({ visit }) {
  const times = [];
  for (let i = 0; i < ROUNDS; i++) {
    const page = await visit("/pods");
    const marks = await page.evaluate(() =>
      ["roadstead:data", "roadstead:rows"].map((name) => performance.getEntriesByName(name)[0]?.startTime),
    );
    await page.context().close();
    if (marks.some((it) => it === undefined)) throw new Skipped("the page sets no marks");
    times.push(marks[1] - marks[0]);
  }
  return median(times);
}

async function scroll({ visit }) {
  const page = await visit("/pods");
  const grid = await page.locator('[role="grid"]').boundingBox();
  if (!grid) throw new Skipped("the page has no grid");
  await page.mouse.move(grid.x + grid.width / 2, grid.y + Math.min(grid.height, 600) / 2);
  const frames = page.evaluate(
    (count) =>
      new Promise((done) => {
        const times = [];
        const frame = (time) => (times.push(time) > count ? done(times) : requestAnimationFrame(frame));
        requestAnimationFrame(frame);
      }),
    SCROLL_FRAMES,
  );
  let going = true;
  const wheel = (async () => {
    while (going) await page.mouse.wheel(0, 240);
  })();
  const times = await frames;
  going = false;
  await wheel;
  await page.context().close();
  return 1000 / median(times.slice(1).map((time, i) => time - times[i]));
}

async function change({ api, visit }) {
  const page = await visit("/pods");
  const shown = await page.locator('[role="row"]').allTextContents();
  const pod = (await pageOfPods(api)).find(({ name }) => shown.some((text) => text.includes(name)));
  if (!pod) throw new Skipped("no pod of the first page is on the screen");
  const times = [];
  for (let i = 0; i < ROUNDS; i++) {
    const name = `bench-change-${i}`;
    const seen = page.evaluate(appearance, name);
    // Calls into the page run in order: once this one has come back, the observer is in place.
    await page.evaluate(() => true);
    const start = Date.now();
    await api.rename(pod.id, name);
    times.push((await seen) - start);
  }
  await page.context().close();
  return median(times);
}

/** Runs in the page: the time, on the clock of the machine, at which a row shows the text. */
function appearance(text) {
  return new Promise((done) => {
    const look = () => {
      const rows = [...document.querySelectorAll('[role="row"]')];
      if (!rows.some((row) => row.textContent.includes(text))) return;
      observer.disconnect();
      done(Date.now());
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

async function durable({ api }) {
  const pods = await pageOfPods(api);
  const end = performance.now() + DURABLE_MS;
  let done = 0;
  const worker = async (_, index) => {
    const { id } = pods[index % pods.length];
    for (let i = 0; performance.now() < end; i++, done++) await api.rename(id, `bench-${index}-${i}`);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return (done * 1000) / (performance.now() - start);
}

// Renaming comes last: what it leaves behind is not the fleet that the others measure.
const ROWS = { list, "row-bytes": rowBytes, rows, scroll, change, durable };

const wanted = process.argv.slice(2);
given("ROADSTEAD_BIN");
const cloud = await startCloud({ fleet: process.env.ROADSTEAD_FLEET ?? "demo" });
const browser = await openBrowser();
const storageState = await signIn(browser, cloud);
const api = new Api(cloud.origin, storageState.cookies);
const visit = async (path) => {
  const context = await browser.newContext({ baseURL: cloud.origin, storageState, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(path);
  await ready(page);
  return page;
};
try {
  for (const [row, measure] of Object.entries(ROWS)) {
    if (!wanted.includes(row)) continue;
    try {
      console.log(JSON.stringify({ row, figure: await measure({ api, visit }) }));
    } catch (error) {
      // One row that cannot be measured takes no other with it.
      if (!(error instanceof Skipped) && error.name !== "TimeoutError") throw error;
      console.log(JSON.stringify({ row, skipped: error.message.split("\n")[0] }));
    }
  }
} finally {
  api.close();
  await browser.close();
  await cloud.stop();
}
