// Who is signed in: by a link that works once, by an API key, not at all, and not any more.
import assert from "node:assert/strict";
import { ADMIN_KEY, assertAccessible, flowsOn, ready } from "./harness.mjs";
import { focused } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });
const nobody = { storageState: { cookies: [], origins: [] } };

async function signInByKey(page, key) {
  await page.getByRole("textbox", { name: "API key" }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Opens a page of a session of its own. */
async function openSignedIn(visit, path) {
  visit.allow(/status of 401/);
  await visit.open("/sign-in");
  await signInByKey(visit.page, ADMIN_KEY);
  await visit.page.waitForURL("**/overview");
  await visit.open(path);
}

/** Ends the session of a page as another tab does, and waits until the page knows. */
async function endElsewhere(page) {
  await page.request.delete("/api/v1/session", { headers: { "X-Roadstead-Csrf": "1" } });
  // The server looks who listens when there is something to say.
  const data = { name: `made-${Date.now()}`, sizeGb: 10, dataCenterId: "EU-NL-1" };
  await page.request.post("/api/v1/network-volumes", { data, headers: { Authorization: `Bearer ${ADMIN_KEY}` } });
  await page.getByRole("heading", { name: "Sign in to go on" }).waitFor();
}

flow("a sign-in link works once, and says so the second time", nobody, async (visit) => {
  const { page, cloud } = visit;
  visit.allow(/status of 401/);
  // It was followed before the flows of this file, which are signed in by it.
  await page.goto(cloud.signInUrl);
  await page.getByText(/The sign-in link was used already, or is too old\./).waitFor();
  assert.equal(new URL(page.url()).hash, "", "the token has left the address");
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies, []);
  await assertAccessible(page);

  // A link of a later start works.
  await cloud.end();
  await cloud.start();
  await page.goto(cloud.signInUrl);
  await page.waitForURL("**/overview");
  await ready(page);
  const [cookie] = await page.context().cookies();
  assert.ok(cookie.httpOnly, "no script reads the session");
  assert.equal(cookie.sameSite, "Strict");
});

flow("a page without a session asks for one, and goes on with itself", nobody, async (visit) => {
  const { page } = visit;
  visit.allow(/status of 401/);
  await page.goto("/pods?q=vllm");
  await page.getByRole("heading", { name: "Sign in to go on" }).waitFor();
  assert.equal(await page.getByRole("grid").count(), 0, "nothing of the account is shown");
  await assertAccessible(page);

  await signInByKey(page, "rk_this_is_not_the_key_of_anybody");
  await page.getByText(/^Error: /).waitFor();
  await assertAccessible(page);
  await signInByKey(page, ADMIN_KEY);
  await page.getByRole("heading", { name: "Pods" }).waitFor();
  await page.getByRole("link", { name: "vllm-serve", exact: true }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("q"), "vllm");
});

flow("who signs out is out, here and by the cookie that was kept", nobody, async (visit) => {
  const { page } = visit;
  visit.allow(/status of 401/);
  await visit.open("/sign-in");
  await assertAccessible(page);
  await signInByKey(page, ADMIN_KEY);
  await page.waitForURL("**/overview");
  await ready(page);
  const kept = await page.context().cookies();
  await page.getByRole("button", { name: /^Settings: / }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(await page.context().cookies(), []);

  await page.context().addCookies(kept);
  const answer = await page.request.get("/api/v1/account");
  assert.equal(answer.status(), 401, "the session has ended on the server");
  await page.context().clearCookies();
  await page.goto("/overview");
  await page.getByRole("heading", { name: "Sign in to go on" }).waitFor();
});

flow("a dialog makes way for signing in again, and comes back as it was", nobody, async (visit) => {
  const { page } = visit;
  await openSignedIn(visit, "/volumes");
  await page.getByRole("link", { name: "Create volume" }).click();
  const dialog = page.getByRole("dialog", { name: "Create volume" });
  const name = dialog.getByRole("textbox", { name: "Name" });
  await name.fill("half-typed");
  await endElsewhere(page);
  const key = page.getByRole("textbox", { name: "API key" });
  await key.click();
  await focused(key, "the key field");
  await page.keyboard.type(ADMIN_KEY);
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  assert.ok(await dialog.evaluate((it) => it.matches(":modal")));
  assert.equal(await name.inputValue(), "half-typed");
  assert.equal(new URL(page.url()).pathname, "/volumes/new");
});

flow("what is typed into a page outlasts its session, and no figure is seen meanwhile", nobody, async (visit) => {
  const { page } = visit;
  await openSignedIn(visit, "/billing");
  const amount = page.getByRole("spinbutton", { name: "Amount" });
  const money = page.getByRole("banner").getByText("$");
  await amount.fill("250.5");
  await money.first().waitFor();
  await endElsewhere(page);
  assert.equal(await money.count(), 0);
  await signInByKey(page, ADMIN_KEY);
  await amount.waitFor();
  assert.equal(await amount.inputValue(), "250.5");
  await money.first().waitFor();
});

flow("a sign-in whose account cannot be read says so, and goes on once it can", nobody, async (visit) => {
  const { page } = visit;
  await openSignedIn(visit, "/volumes");
  await endElsewhere(page);
  visit.allow(/status of 503/);
  const detail = "The log is being read.";
  const body = JSON.stringify({ title: "Not ready", status: 503, code: "store_unavailable", detail });
  await page.route("**/api/v1/account", (it) => it.fulfill({ status: 503, contentType: "application/problem+json", body }));
  await signInByKey(page, ADMIN_KEY);
  await page.getByRole("alert").getByText(detail).waitFor();
  await page.getByRole("heading", { name: "Sign in to go on" }).waitFor();
  await assertAccessible(page);
  await page.unroute("**/api/v1/account");
  await page.getByRole("heading", { name: "Network volumes" }).waitFor();
});

flow("a session begun in another tab uncovers the page, and a wrong key covers none", nobody, async (visit) => {
  const { page } = visit;
  await openSignedIn(visit, "/volumes");
  await endElsewhere(page);
  const other = await page.context().newPage();
  await other.goto("/sign-in");
  await signInByKey(other, ADMIN_KEY);
  await other.waitForURL("**/overview");
  await other.close();
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await page.getByRole("heading", { name: "Network volumes" }).waitFor();

  await page.evaluate(() => {
    history.pushState(null, "", "/sign-in");
    window.dispatchEvent(new PopStateEvent("popstate"));
  });
  await signInByKey(page, "rk_this_is_not_the_key_of_anybody");
  await page.getByText(/^Error: /).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Network volumes" }).waitFor();
});
