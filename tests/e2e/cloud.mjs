// The real executable with a fleet and a folder of its own, and a browser to look at it with.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const SIGN_IN = /https?:\/\/\S+\/sign-in\S*/;
const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The places every navigation offers, each of which must also open directly. */
export const MAIN_PAGES = ["/overview", "/pods", "/deploy", "/machines", "/volumes", "/billing"];

/** The operator's key of every cloud that is started here: to sign in where a link has been used. */
export const ADMIN_KEY = "rk_operator_of_the_end_to_end_flows";

/** What `cargo xtask` hands over: without it a flow says how it is meant to be run. */
export function given(variable) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set; run this by cargo xtask e2e, bench or shots`);
  return value;
}

/**
 * Starts the executable on a free port; returns when it has printed the link for signing in.
 * @param {{fleet?: string, under?: string}} [options] demo, empty, or the path of a trace; where its folder is made
 * @returns {Promise<Cloud>}
 */
export async function startCloud({ fleet = "demo", under = tmpdir() } = {}) {
  const cloud = new Cloud(fleet, await mkdtemp(join(under, "roadstead-")));
  try {
    await cloud.start();
    return cloud;
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

/** The executable with its folder. It can go away and come back, on the same port with the same data. */
class Cloud {
  #fleet;
  #data;
  #server;
  #exited;

  constructor(fleet, data) {
    this.#fleet = fleet;
    this.#data = data;
  }

  /** Starts it: the first time on a free port, afterwards on the same one. */
  async start() {
    const port = this.origin ? new URL(this.origin).port : "0";
    const words = ["up", "--fleet", this.#fleet, "--port", port, "--data", this.#data, "--no-open"];
    // Flows are quicker than people: no budget of requests ends them.
    const env = { ...process.env, ROADSTEAD_ADMIN_KEY: ADMIN_KEY, ROADSTEAD_REQUESTS_PER_MINUTE: "100000" };
    this.#server = spawn(given("ROADSTEAD_BIN"), words, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#exited = once(this.#server, "exit");
    /** The link that works once, of the newest start. */
    this.signInUrl = await signInLink(this.#server);
    /** Scheme, host and port. */
    this.origin = new URL(this.signInUrl).origin;
  }

  /** Holds it still: connections stay open and nothing answers, as with a machine that hangs. */
  pause() {
    this.#server.kill("SIGSTOP");
  }

  /** Lets it go on. */
  resume() {
    this.#server.kill("SIGCONT");
  }

  /** Starts it if it does not run, for the next flow of the file. */
  async revive() {
    this.resume();
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) await this.start();
  }

  /** Ends it in the middle of everything, as a loss of power does; its data stays for {@link start}. */
  async crash() {
    this.#server.kill("SIGKILL");
    await this.#exited;
  }

  /** Ends it in order; its data stays for {@link start}. */
  async end() {
    const overdue = setTimeout(() => this.#server.kill("SIGKILL"), STOP_MS_MAX);
    // A server that is held still hears nothing.
    this.resume();
    this.#server.kill("SIGTERM");
    await this.#exited;
    clearTimeout(overdue);
  }

  /** Ends it and takes its data away. */
  async stop() {
    if (this.#server) await this.end();
    await rm(this.#data, { recursive: true, force: true });
  }
}

function signInLink(server) {
  return new Promise((found, failed) => {
    let words = "";
    const fail = (why) => failed(new Error(`the server ${why}; it said:\n${words}`));
    const overdue = setTimeout(() => fail("printed no sign-in link in time"), START_MS_MAX);
    server.once("error", (error) => fail(`did not start (${error.message})`));
    server.once("exit", (code, signal) => fail(`ended early (${signal ?? code})`));
    const listen = (chunk) => {
      words = (words + chunk).slice(-20_000);
      // A link counts when its line has ended: the rest of it may still be under way.
      const link = words.slice(0, words.lastIndexOf("\n") + 1).match(SIGN_IN);
      if (!link) return;
      clearTimeout(overdue);
      found(link[0]);
    };
    for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", listen);
  });
}

/** The installed Chromium, quiet and without a window. */
export function openBrowser() {
  return chromium.launch({ executablePath: given("ROADSTEAD_CHROMIUM"), headless: true, args: QUIET });
}

/**
 * Follows the one-time link and keeps what it leaves, so that every later context is signed in.
 * @returns {Promise<object>} the `storageState` for a new context
 */
export async function signIn(browser, cloud) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(cloud.signInUrl);
    // The sign-in page is ready too; what counts is where it leads.
    await page.waitForURL((url) => url.pathname === "/overview");
    await ready(page);
    return await context.storageState();
  } finally {
    await context.close();
  }
}

/** Waits until the page says that it shows its data; never for a time. */
export async function ready(page) {
  await page.locator('main[data-ready="true"]').waitFor();
}
