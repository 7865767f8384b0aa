// Measures a running cloud from outside; prints one line of JSON for each row: {row, figure} or {row, skipped}.
// Called by `cargo xtask bench` with the rows wanted.
import { Agent, request as httpRequest } from "node:http";
import { given, openBrowser, ready, signIn, startCloud } from "./cloud.mjs";

const CONNECTIONS = 64;
const PODS = 8_000;
const REST_MS_MAX = 180_000;
const LIST_REQUESTS = 300;
const ROUNDS = 5;
const CHANGES = 60;
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
    // From the last byte of the first page of pods, before it is read, to the first rows in the document.
    const marks = await page.evaluate(() => [
      performance.getEntriesByType("resource").find(({ name }) => name.includes("/api/v1/pods?"))?.responseEnd,
      performance.getEntriesByName("roadstead:rows")[0]?.startTime,
    ]);
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
  return Math.max(...times.slice(1).map((time, i) => time - times[i]));
}

async function change({ api, visit }) {
  const page = await visit("/pods");
  const shown = await page.locator('[role="row"]').allTextContents();
  const pod = (await pageOfPods(api)).find(({ name }) => shown.some((text) => text.includes(name)));
  if (!pod) throw new Skipped("no pod of the first page is on the screen");
  const times = [];
  for (let i = 0; i < CHANGES; i++) {
    const name = `bench-change-${i}`;
    const seen = page.evaluate(appearance, name);
    // Calls into the page run in order: once this one has come back, the observer is in place.
    await page.evaluate(() => true);
    const start = Date.now();
    await api.rename(pod.id, name);
    times.push((await seen) - start);
  }
  await page.context().close();
  return percentile(times, 99);
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

/**
 * Makes pods until the fleet has 8,000, each a durable command with its placement; returns how many a second.
 * Where GPUs run out, pods without them follow.
 */
async function fill(api) {
  const { gpus } = await api.read("/api/v1/offers");
  const free = gpus.flatMap((it) => it.places.flatMap((place) => Array(place.free).fill({ cloud: it.cloud, gpu: { id: it.gpuType, count: 1 } })));
  const { total } = await api.read("/api/v1/pods?limit=1&count=exact");
  const waiting = Array.from({ length: Math.max(0, PODS - total) }, (_, i) => ({
    name: `${["train", "eval", "serve", "notebook", "sweep"][i % 5]}-${i}`,
    image: "pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime",
    args: "sleep infinity",
    ports: ["8888/http", "22/tcp"],
    disk: 20,
    ...(free[i] ?? { cpu: { vcpuCount: 2 } }),
  }));
  if (waiting.length === 0) return null;
  let made = 0;
  const start = performance.now();
  const worker = async () => {
    for (let body = waiting.pop(); body; body = waiting.pop()) {
      const { status, bytes } = await api.send("POST", "/api/v1/pods", { body });
      if (status === 201) made++;
      else if (status !== 409) throw new Skipped(`a pod was answered with ${status}: ${bytes.toString().slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return (made * 1000) / (performance.now() - start);
}

/** Waits until no pod is on its way any more: what is measured then is a fleet at work, not its start. */
async function atRest(api) {
  const end = performance.now() + REST_MS_MAX;
  while (performance.now() < end) {
    const { total } = await api.read("/api/v1/pods?limit=1&count=exact&q=state:queued,provisioning,starting");
    if (total === 0) return;
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

const ROWS = { list, "row-bytes": rowBytes, rows, scroll, change };

const wanted = process.argv.slice(2);
given("ROADSTEAD_BIN");
// A fleet at the speed of life: what is measured is the product, not a replay.
process.env.ROADSTEAD_SPEED = "1";
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
  const made = process.env.ROADSTEAD_FLEET ? await fill(api) : null;
  if (wanted.includes("durable")) {
    const outcome = made === null ? { skipped: "needs a cluster trace" } : { figure: made };
    console.log(JSON.stringify({ row: "durable", ...outcome }));
  }
  await atRest(api);
  const { total } = await api.read("/api/v1/pods?limit=1&count=exact");
  console.error(`fleet: ${total} pods`);
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
