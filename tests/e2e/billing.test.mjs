// What is on the billing page is what the API says, to the micro-dollar (R-3).
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { flowsOn } from "./harness.mjs";
import { atRest } from "./steps.mjs";

const flow = flowsOn({ fleet: "demo" });

/** An amount as it is written on the page, in micro-dollars. */
function micros(text) {
  const [, minus, whole, part = ""] = text.match(/([−-])?\s*\$([\d\u00a0\u202f\u2009 ]+)(?:\.(\d{1,6}))?/);
  const value = Number(whole.replace(/\D/g, "")) * 1_000_000 + Number(part.padEnd(6, "0"));
  return minus ? -value : value;
}

/** Every cell below a table's head, in text. */
function cells(table) {
  return table.locator("tbody tr, tfoot tr").evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  );
}

/** All lines of the ledger, newest first. */
async function everyLine(fleet) {
  const lines = [];
  let cursor = "";
  do {
    const page = await fleet.get(`/ledger?limit=1000${cursor && `&cursor=${cursor}`}`);
    lines.push(...page.lines);
    cursor = page.pagination.nextCursor;
  } while (cursor);
  return lines;
}

flow("balance, burn and the date at which pods stop are those of the account", async (visit) => {
  const { page, fleet } = visit;
  // A pod that starts or stops meanwhile changes the burn, and with it the date.
  await atRest(fleet);
  const account = await fleet.get("/account");
  await visit.open("/billing");
  const main = page.getByRole("main");

  // The page counts minutes by itself; between both looks at most one more minute has begun.
  const shown = micros(await main.locator(".figure-value").first().innerText());
  const minute = account.burn.microsPerHour / 60 + 20_000;
  assert.ok(account.balanceMicros - shown < minute && shown - account.balanceMicros < 10_000, `${shown}`);

  const perHour = `$${(account.burn.microsPerHour / 1_000_000).toFixed(2)}/h`;
  await main.getByText(perHour).first().waitFor();
  const runsOut = main.getByRole("time").first();
  const end = await runsOut.getAttribute("datetime");
  const wanted = Date.parse((await fleet.get("/account")).runway.podsStopAt);
  assert.ok(Math.abs(Date.parse(end) - wanted) <= 15 * 60_000, `${end} is about ${new Date(wanted).toISOString()}`);

  // The parts of the burn add up to it.
  const parts = await cells(page.getByRole("table", { name: "What is charged now" }));
  const sums = parts.map(([, , hour]) => micros(hour));
  const total = sums.pop();
  assert.ok(Math.abs(sums.reduce((sum, it) => sum + it, 0) - total) <= 20_000, "rounded cents add up to a rounded sum");
});

flow("the statement adds up to the posted balance, exactly", async (visit) => {
  const { page, fleet } = visit;
  await visit.open("/billing?tab=ledger");
  // The page reads on by itself, from the newest line to the first one.
  await page.getByText(/^Of every line, exact to the micro-dollar/).waitFor();
  const statement = await cells(page.getByRole("table", { name: "Statement" }));
  const [credits, entries, closing] = statement.map(([, amount]) => Math.abs(micros(amount)));
  assert.equal(credits - entries, closing);

  const { postedMicros } = await fleet.get("/account");
  assert.equal(closing, postedMicros);
  const lines = await everyLine(fleet);
  const sum = (kind) => lines.filter(kind).reduce((all, it) => all + it.amountMicros, 0);
  assert.equal(credits, sum((it) => it.resource === "credit"));
  assert.equal(entries, -sum((it) => it.resource !== "credit"));
});

flow("the ledger has the lines of the API, and older ones on request", async (visit) => {
  const { page, fleet } = visit;
  await visit.open("/billing?tab=ledger");
  const ledger = page.getByRole("table", { name: "Ledger" });
  const shown = await cells(ledger);
  const { lines } = await fleet.get(`/ledger?limit=${shown.length}`);
  assert.equal(shown.length, lines.length);
  for (const [at, line] of lines.entries()) {
    assert.equal(micros(shown[at].at(-2)), line.amountMicros, `amount of line ${at}`);
    assert.equal(micros(shown[at].at(-1)), line.balanceAfterMicros, `balance after line ${at}`);
  }
  await page.getByRole("button", { name: "Show older lines" }).click();
  await ledger.locator("tbody tr").nth(shown.length).waitFor();
});

flow("a line opens into minutes that sum to it", async (visit) => {
  const { page, fleet } = visit;
  const pod = await fleet.pod("vllm-serve");
  await visit.open(`/billing?tab=ledger&pod=${pod.id}`);
  await page.getByText(`Only lines of ${pod.id}`).waitFor();
  const ledger = page.getByRole("table", { name: "Ledger" });
  const whole = micros((await cells(ledger))[0].at(-2));
  const [line] = (await fleet.get(`/ledger?limit=1&podId=${pod.id}`)).lines;
  assert.equal(whole, line.amountMicros);

  await ledger.getByRole("button", { name: "Show minutes" }).first().click();
  await ledger.getByRole("button", { name: "Hide minutes" }).waitFor();
  const minutes = page.getByRole("row").filter({ hasText: /minute [\d\s]+ of the meter/ });
  assert.equal(await minutes.count(), line.minutes);
  const amounts = await minutes.evaluateAll((rows) => rows.map((row) => row.textContent.match(/[−-]?\$[\d.]+/)[0]));
  assert.equal(amounts.map(micros).reduce((sum, it) => sum + it, 0), whole);
});

flow("the operator pays in: the balance, the ledger and its proof follow", async (visit) => {
  const { page, fleet } = visit;
  await visit.open("/billing");
  const balance = async () => micros(await page.getByRole("main").locator(".figure-value").first().innerText());
  const before = await balance();
  await page.getByRole("spinbutton", { name: "Amount" }).fill("5");
  await page.getByText(/^Error: .*\$10\.00 at least/).waitFor();
  assert.ok(await page.getByRole("button", { name: "Add credit" }).isDisabled());
  await page.getByRole("spinbutton", { name: "Amount" }).fill("250.5");
  await page.getByRole("textbox", { name: "Note" }).fill("Invoice 17");
  await page.getByRole("button", { name: "Add credit" }).click();
  await page.getByRole("region", { name: "Messages" }).getByText("$250.50 added").waitFor();
  // Minutes go on being charged meanwhile, at some dollars per hour.
  const follows = (it) => Math.abs(it - before - 250_500_000) < 1_000_000;
  await until(balance, follows, "the balance with the credit");
  assert.equal(await page.getByRole("spinbutton", { name: "Amount" }).inputValue(), "", "the form is ready for the next one");

  const [line] = (await everyLine(fleet)).filter((it) => it.resource === "credit");
  assert.equal(line.amountMicros, 250_500_000);
  assert.equal(line.note, "Invoice 17");
  await page.getByRole("link", { name: "Ledger" }).click();
  const shown = page.getByRole("table", { name: "Ledger" }).getByRole("row").filter({ hasText: "Invoice 17" });
  assert.equal(micros(await shown.getByRole("cell").nth(-2).innerText()), 250_500_000);
  await page.getByText(/^Of every line, exact to the micro-dollar/).waitFor();
  const statement = await cells(page.getByRole("table", { name: "Statement" }));
  const [credits, entries, closing] = statement.map(([, amount]) => Math.abs(micros(amount)));
  assert.equal(credits - entries, closing);
});
