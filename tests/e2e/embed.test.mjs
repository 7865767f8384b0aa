// The demo, whose cloud runs inside the page: by itself, and as a frame of the documentation.
import assert from "node:assert/strict";
import { assertAccessible, axe, flowsOn, ready } from "./harness.mjs";
import { serveDemo } from "./site.mjs";
import { acknowledgeAll, says, summary } from "./steps.mjs";

const flow = flowsOn({ start: serveDemo });

flow("the demo opens without a server and without anybody signing in", async (visit) => {
  const { page } = visit;
  await visit.open("/");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const line = page.getByRole("complementary", { name: "Demo" });
  await line.getByText("Nothing is real and nothing is sent anywhere.", { exact: false }).waitFor();
  await says(page, "Live").waitFor();
  await assertAccessible(page);

  // Its time can be held and hurried.
  await line.getByRole("button", { name: "Hold time" }).click();
  await line.getByRole("button", { name: "Go on" }).click();
  const hurried = line.getByRole("button", { name: "60×" });
  await hurried.click();
  assert.equal(await hurried.getAttribute("aria-pressed"), "true");
});

flow("what happens in the demo stays where it is after a reload", async (visit) => {
  const { page } = visit;
  await visit.open("/pods");
  await page.getByRole("link", { name: "whisper-batch", exact: true }).click();
  await summary(page).getByText(/^Running/).waitFor();
  await page.reload();
  await ready(page);
  await page.getByRole("heading", { name: "whisper-batch" }).waitFor();
});

flow("a page of the documentation shows the plan of a move, and the move to its end", async (visit) => {
  const { page } = visit;
  await page.goto("/docs/migrate.html");
  const element = page.getByTitle("Migrate view of the Roadstead demo");
  await element.scrollIntoViewIfNeeded();
  const frame = await (await element.elementHandle()).contentFrame();
  await frame.waitForURL(/\/pods\/.*\/migrate\?plan=/);
  await ready(frame);
  // The view alone: no bar and no rail in a frame.
  assert.equal(await frame.getByRole("banner").count(), 0);
  assert.equal(await frame.getByRole("navigation", { name: "Main" }).count(), 0);
  await assertAccessible(page);
  assert.deepEqual(await axe(frame), []);

  const [, name] = (await frame.getByRole("heading", { level: 1 }).innerText()).match(/^Migrate (\S+)/);
  await (await acknowledgeAll(frame, name)).click();
  await frame.waitForURL("**/migrations/**");
  await frame.getByRole("button", { name: "600×" }).click();
  await frame.getByRole("heading", { name: /waiting for your confirmation$/ }).waitFor({ timeout: 90_000 });
  await frame.getByRole("link", { name: "Confirm the move" }).click();
  const dialog = frame.getByRole("dialog", { name: "Confirm the move" });
  await dialog.getByRole("button", { name: "Confirm the move" }).click();
  await frame.getByRole("heading", { name: `Move of ${name}: moved` }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/docs/migrate.html", "the page around it stays");
});
