// Measures a running cloud from outside; prints one line of JSON for each row: {row, figure, measured}, {row, skipped}
// or {row, failed}. Called by `cargo xtask bench` with the rows wanted.
import { statfs } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { given, openBrowser, ready, signIn, startCloud } from "./cloud.mjs";

const CONNECTIONS = 64;
const PODS = 8_000;
const REST_MS_MAX = 180_000;
const LIST_REQUESTS = 300;
const ROUNDS = 5;
const CHANGES = 60;
/** Some rows less than the list mounts ahead on either side, so that a step of the wheel never outruns it. */
const WHEEL_PX = 240;
/** The type of file system that forgets all at a loss of power, so that nothing on it is durable. */
const TMPFS = 0x01021994;
const WARM_UP = 20;

const median = (numbers) => percentile(numbers, 50);
const percentile = (numbers, share) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * share) / 100) - 1)];
};

const ms = (number) => `${number.toFixed(1)} ms`;

/** A figure, and what it was taken from. */
const measured = (figure, of) => ({ figure, measured: of });

/** The 99th of a hundred, with the median beside it. */
const p99 = (times, what) =>
  measured(percentile(times, 99), `${times.length} ${what}: median ${ms(median(times))}, longest ${ms(Math.max(...times))}`);

/** Why a row has no figure. */
class Skipped extends Error {}

/** What a row counts on does not hold, so that its figure would say nothing. */
class Failed extends Error {}

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
  return p99(times, "requests");
}

async function rowBytes({ api }) {
  const pods = await pageOfPods(api);
  const { bytes } = await api.send("GET", "/api/v1/pods?limit=100", { encoding: "br, gzip" });
  return measured(bytes.length / pods.length, `${bytes.length} bytes of ${pods.length} pods`);
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
  return measured(median(times), `median of ${times.length} visits: ${times.map(ms).join(", ")}`);
}

async function scroll({ visit, total }) {
  const page = await visit("/pods");
  const grid = page.getByRole("grid");
  // The list comes in pages; the way is as long as all of it.
  await page.waitForFunction((rows) => Number(document.querySelector('[role="grid"]').ariaRowCount) > rows, total);
  await grid.evaluate(watchFrames);
  await grid.hover();
  const way = await grid.evaluate((it) => it.scrollHeight - it.clientHeight);
  // Twice the way at most: the browser may take two turns of the wheel for one. Nothing is asked by its role meanwhile:
  // that looks at every element of the page, in the time of a frame.
  for (let px = 0; px < 2 * way && !(await page.evaluate(() => window.frames_.atEnd())); px += WHEEL_PX) {
    await page.mouse.wheel(0, WHEEL_PX);
  }
  await page.waitForFunction(() => window.frames_.atEnd());
  const seen = await page.evaluate(() => window.frames_.end());
  await page.context().close();
  const { frames, moved, blank, error, reached, last } = seen;
  if (reached < way) throw new Failed(`the list stopped at ${reached} of ${way} px`);
  if (last !== total + 1) throw new Failed(`the last row on the screen is number ${last - 1} of ${total}`);
  if (blank > 0) throw new Failed(`${blank} rows were blank when they were painted`);
  if (error > 0) throw new Failed(`the list landed ${error} px beside its end`);
  const what = `${frames.length} frames over ${total} rows and ${way} px, ${moved} of them moved, none with a blank row`;
  return measured(Math.max(...frames), `${what}: median ${ms(median(frames))}, p99 ${ms(percentile(frames, 99))}`);
}

/**
 * Runs in the page: from now on looks at every frame right before it is painted, after what scrolling does to the list.
 */
function watchFrames(grid) {
  const head = grid.querySelector('[role="row"]');
  const [first] = [...grid.querySelectorAll('[role="row"]')].slice(1);
  const rowPx = first.getBoundingClientRect().height;
  const rows = Number(grid.ariaRowCount) - 1;
  const times = [];
  let [going, moved, blank, before] = [true, 0, 0, grid.scrollTop];
  /** Where rows are seen, and which of them are there. */
  const look = () => {
    const top = head.getBoundingClientRect().bottom;
    const bottom = grid.getBoundingClientRect().top + grid.clientTop + grid.clientHeight;
    const boxes = new Map();
    for (const row of grid.querySelectorAll('[role="row"]')) boxes.set(Number(row.ariaRowIndex), row.getBoundingClientRect());
    return { top, bottom, boxes };
  };
  const missing = () => {
    const { top, bottom, boxes } = look();
    const from = Math.floor(grid.scrollTop / rowPx);
    const to = Math.min(rows, Math.ceil((grid.scrollTop + bottom - top) / rowPx));
    let count = 0;
    for (let at = from; at < to; at++) {
      const box = boxes.get(at + 2);
      // There, and in its place.
      if (!box || Math.abs(box.top - (top + at * rowPx - grid.scrollTop)) > 1) count++;
    }
    return count;
  };
  const frame = (time) => {
    times.push(time);
    if (grid.scrollTop !== before) moved++;
    before = grid.scrollTop;
    blank += missing();
    if (going) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const atEnd = () => grid.scrollTop >= grid.scrollHeight - grid.clientHeight - 1;
  const end = () => {
    going = false;
    const { bottom, boxes } = look();
    const last = Math.max(...boxes.keys());
    return {
      frames: times.slice(1).map((time, at) => time - times[at]),
      moved,
      blank,
      reached: Math.ceil(grid.scrollTop),
      last,
      error: Math.round(Math.abs(boxes.get(last).bottom - bottom)),
    };
  };
  window.frames_ = { atEnd, end };
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
  return p99(times, "changes");
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
 * Makes pods until the fleet has 8,000, each a durable command with its placement; says how many a second.
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
  if (waiting.length === 0) throw new Failed(`the fleet has ${total} pods already`);
  let made = 0;
  const start = performance.now();
  const worker = async () => {
    for (let body = waiting.pop(); body; body = waiting.pop()) {
      const { status, bytes } = await api.send("POST", "/api/v1/pods", { body });
      if (status === 201) made++;
      // A machine may have a GPU left and nothing to go with it.
      else if (status === 409 && body.gpu) waiting.push({ ...body, gpu: undefined, cloud: undefined, cpu: { vcpuCount: 2 } });
      else throw new Failed(`a pod was answered with ${status}: ${bytes.toString().slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - start) / 1000;
  return measured(made / seconds, `${made} pods in ${seconds.toFixed(1)} s, written to ${process.env.ROADSTEAD_BENCH_DATA}`);
}

/** Waits until no pod is on its way any more: what is measured then is a fleet at work, not its start. */
async function atRest(api) {
  const end = performance.now() + REST_MS_MAX;
  for (;;) {
    const { total } = await api.read("/api/v1/pods?limit=1&count=exact&q=state:queued,provisioning,starting");
    if (total === 0) return;
    if (performance.now() > end) throw new Failed(`${total} pods are still on their way after ${REST_MS_MAX / 1000} s`);
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

/** Prints what a row has come to. One that cannot be measured takes no other with it. */
async function report(row, measure) {
  try {
    console.log(JSON.stringify({ row, ...(await measure()) }));
  } catch (error) {
    const what = error.message.split("\n")[0];
    if (error instanceof Skipped) console.log(JSON.stringify({ row, skipped: what }));
    else if (error instanceof Failed || error.name === "TimeoutError") console.log(JSON.stringify({ row, failed: what }));
    else throw error;
  }
}

const ROWS = { list, "row-bytes": rowBytes, rows, scroll, change };

const wanted = process.argv.slice(2);
const fleet = process.env.ROADSTEAD_FLEET;
const under = given("ROADSTEAD_BENCH_DATA");
given("ROADSTEAD_BIN");
// A fleet at the speed of life: what is measured is the product, not a replay.
process.env.ROADSTEAD_SPEED = "1";
const cloud = await startCloud({ fleet, under });
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
  if (fleet) {
    const made = await fill(api);
    if (wanted.includes("durable")) {
      await report("durable", async () => {
        if ((await statfs(under)).type === TMPFS) throw new Skipped(`${under} is in memory`);
        return made;
      });
    }
  }
  await atRest(api);
  const { total } = await api.read("/api/v1/pods?limit=1&count=exact");
  console.error(`fleet: ${total} pods`);
  if (fleet && total < PODS) throw new Failed(`the fleet has ${total} pods in place of ${PODS}`);
  for (const [row, measure] of Object.entries(ROWS)) {
    if (wanted.includes(row)) await report(row, () => measure({ api, visit, total }));
  }
} finally {
  api.close();
  await browser.close();
  await cloud.stop();
}
