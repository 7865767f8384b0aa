// What flows of several files do, or look for, on a page.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";

/** The row of a pod or machine in a list, by its name. */
export function row(page, name) {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** The first strip of a pod's page: state, machine, price. */
export function summary(page) {
  return page.getByRole("region", { name: "Summary" });
}

/** A link of the rail. */
export function rail(page, name) {
  return page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
}

/** How fresh the page says it is. */
export function says(page, word) {
  return page.getByRole("banner").getByText(word);
}

/** Chooses the template PyTorch and one RTX A5000 of the Secure Cloud in the form of a new pod. */
export async function chooseA5000(page) {
  await page.getByRole("radio", { name: /^PyTorch official/ }).check();
  const offer = page.getByRole("row").filter({ hasText: "RTX A5000" }).filter({ hasText: "Secure Cloud" }).first();
  await offer.getByRole("radio", { name: "RTX A5000" }).check();
}

/** Every tick of a plan. */
export function ticks(page) {
  return page.getByRole("group", { name: "Acknowledge what breaks" }).getByRole("checkbox");
}

/**
 * Ticks every kind of change, and looks at the button, which counts what is open.
 * @returns the button that starts the move
 */
export async function acknowledgeAll(page, name) {
  const count = await ticks(page).count();
  assert.ok(count >= 6, "one tick for each kind of change");
  for (let open = count; open > 0; open -= 1) {
    const button = page.getByRole("button", { name: `Migrate (${open} to acknowledge)` });
    await button.waitFor();
    assert.ok(await button.isDisabled(), "nothing starts while something is open");
    await ticks(page).nth(count - open).check();
  }
  return page.getByRole("button", { name: `Migrate ${name}`, exact: true });
}

/** Takes every free GPU of a stopped pod's machine, so that the pod cannot start there. */
export async function strand(fleet, pod) {
  const machine = await fleet.machine(pod.machineName);
  await fleet.create("takes-all", machine.gpuType, machine.gpuFree, machine.dataCenterId);
  return machine;
}

/** Waits until no pod is on its way any more, so that what changes next is a flow's own doing. */
export function atRest(fleet) {
  const passing = /^(QUEUED|PROVISIONING|STARTING|STOPPING|TERMINATING)$/;
  return until(() => fleet.pods(), (pods) => pods.every((it) => !passing.test(it.state)), "a fleet at rest");
}

/** Something that a reload would take away. */
export async function mark(page) {
  await page.evaluate(() => {
    window.sameDocument = true;
  });
}

export async function assertSameDocument(page) {
  assert.equal(await page.evaluate(() => window.sameDocument), true, "nothing was reloaded");
}

/** Whether something has the focus. */
export function hasFocus(locator) {
  return locator.evaluate((it) => it === document.activeElement);
}

/** Waits until something has the focus. */
export function focused(locator, what) {
  return until(() => hasFocus(locator), (it) => it, `the focus on ${what}`);
}

/** Goes on with Tab until something has the focus, as somebody without a pointer does. */
export async function tabTo(page, locator, what) {
  const stops = 200;
  await locator.waitFor();
  for (let at = 0; at < stops; at += 1) {
    if (await hasFocus(locator)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${what}`);
}
