// Looks that come and go: menus, messages, themes, what is copied. Each without a fault of accessibility.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { assertAccessible, flowsOn, ready } from "./harness.mjs";
import { row } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

function theme(page) {
  return page.evaluate(() => document.documentElement.dataset.theme);
}

async function chooseTheme(page, name) {
  await page.getByRole("button", { name: /^Settings: / }).click();
  await page.getByRole("menuitem", { name }).click();
}

flow("the menu of the settings", async (visit) => {
  const { page } = visit;
  await visit.open("/overview");
  await page.getByRole("button", { name: /^Settings: / }).click();
  const menu = page.getByRole("menu", { name: /^Settings: / });
  await menu.getByRole("menuitem", { name: "Sign out" }).waitFor();
  await assertAccessible(page);
  assert.ok(await menu.isVisible(), "it stood there all the while");
});

flow("a message", async (visit) => {
  const { page } = visit;
  // It goes by itself after some seconds; here it stays until it has been looked at.
  await page.addInitScript(() => {
    const later = window.setTimeout.bind(window);
    window.setTimeout = (run, ms, ...more) => (ms === 8_000 ? 0 : later(run, ms, ...more));
  });
  await visit.open("/pods?q=rl-arena");
  await row(page, "rl-arena").waitFor();
  await page.getByRole("button", { name: "Actions: rl-arena" }).click();
  await page.getByRole("menuitem", { name: "Lock", exact: true }).click();
  const message = page.getByRole("region", { name: "Messages" }).getByText("rl-arena is locked");
  await message.waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await message.waitFor({ state: "detached" });
});

flow("a chosen theme stays after a reload, and gives way to the system's", { colorScheme: "light" }, async (visit) => {
  const { page } = visit;
  await visit.open("/overview");
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
  const light = await ink();
  await chooseTheme(page, "Dark theme");
  await until(() => theme(page), (it) => it === "dark", "the dark theme");
  const dark = await ink();
  assert.notEqual(dark, light);
  await page.reload();
  await ready(page);
  assert.equal(await theme(page), "dark");
  assert.equal(await ink(), dark);
  await chooseTheme(page, "Follow the system's theme");
  await until(() => theme(page), (it) => it === undefined, "the theme of the system");
  assert.equal(await ink(), light);
});

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };

flow("what is copied is the whole text, and the button says so", clipboard, async (visit) => {
  const { page, fleet } = visit;
  const pasted = () => page.evaluate(() => navigator.clipboard.readText());
  const { id } = await fleet.pod("vllm-serve");
  const { ssh } = await fleet.podOf(id);
  await visit.open(`/pods/${id}`);
  const copy = page.getByRole("table", { name: "Connect" }).getByRole("button", { name: "Copy SSH" });
  await copy.click();
  await copy.getByText("Copied").waitFor();
  assert.equal(await pasted(), ssh);
  assert.ok((await page.getByRole("status").allTextContents()).includes("Copied"), "it is said aloud");

  // A shortened ID is copied whole.
  await visit.open("/pods?q=vllm-serve");
  await page.getByRole("button", { name: "Actions: vllm-serve", exact: true }).click();
  await page.getByRole("menuitem", { name: "Copy ID" }).click();
  await page.getByRole("region", { name: "Messages" }).getByText("Pod ID copied").waitFor();
  assert.equal(await pasted(), id);
});

flow("where nothing can be copied the button says so", async (visit) => {
  const { page, fleet } = visit;
  const { id } = await fleet.pod("vllm-serve");
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("not allowed", "NotAllowedError"));
  });
  await visit.open(`/pods/${id}`);
  const copy = page.getByRole("table", { name: "Connect" }).getByRole("button", { name: "Copy SSH" });
  await copy.click();
  await copy.getByText("Not copied, select the text").waitFor();
});
