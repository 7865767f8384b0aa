// Every main page opens, by its address and by a click, in both themes without a fault of accessibility.
import assert from "node:assert/strict";
import { assertAccessible, flowsOn, MAIN_PAGES, ready } from "./harness.mjs";

const flow = flowsOn({ fleet: "demo" });

flow("the address alone leads to a page with a heading", async ({ page }) => {
  await page.goto("/");
  await ready(page);
  assert.equal(await page.locator("h1:visible").count(), 1);
});

flow("the start-up text and the crash notice are gone", async ({ page }) => {
  await page.goto("/overview");
  await ready(page);
  await page.locator("#boot").waitFor({ state: "detached" });
  assert.equal(await page.locator("#crash").isVisible(), false);
});

for (const path of MAIN_PAGES) {
  flow(`${path} opens directly`, async ({ page }) => {
    await page.goto(path);
    await ready(page);
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await page.locator("h1:visible").count(), 1);
    await assertAccessible(page);
  });

  flow(`${path} is reached by a click`, async ({ page }) => {
    await page.goto(path === "/overview" ? "/billing" : "/overview");
    await ready(page);
    await page.locator(`nav a[href="${path}"]:visible`).first().click();
    await page.waitForURL((url) => url.pathname === path);
    await ready(page);
    assert.equal(await page.locator("h1:visible").count(), 1);
  });
}

for (const theme of ["light", "dark"]) {
  flow(`the ${theme} theme is set before the dashboard starts`, async ({ page }) => {
    await page.addInitScript((theme) => localStorage.setItem("roadstead.theme", theme), theme);
    // The WASM never comes: what is set now was set by the first script.
    await page.route("**/*.wasm", () => {});
    await page.goto("/", { waitUntil: "commit" });
    await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: "attached" });
    await page.locator("#boot").waitFor({ state: "visible" });
  });
}

flow("a dashboard that cannot start says so and offers to reload", async (visit) => {
  const { page } = visit;
  visit.allow(/503|WebAssembly|TypeError/);
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto("/");
  const notice = page.locator("#crash");
  await notice.waitFor({ state: "visible" });
  await page.unroute("**/*.wasm");
  await notice.getByRole("button", { name: "Reload" }).click();
  await ready(page);
});

flow("a page whose code cannot be fetched says so, and is there after a reload", async (visit) => {
  const { page } = visit;
  visit.allow(/503|WebAssembly|TypeError/);
  const part = "**/pages-*.wasm";
  await page.route(part, (route) => route.fulfill({ status: 503, body: "" }));
  await visit.open("/overview");
  await page.locator('nav a[href="/machines"]:visible').first().click();
  await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
  await assertAccessible(page);
  await page.unroute(part);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Machines" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/machines");
});
