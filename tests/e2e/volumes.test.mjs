// The life of a network volume: made, grown, attached, detached, deleted, and back from the bin.
import assert from "node:assert/strict";
import { until } from "./fleet.mjs";
import { flowsOn } from "./harness.mjs";

const A5000 = "NVIDIA RTX A5000";

const flow = flowsOn({ fleet: "demo" });

function panel(page, name) {
  return page.getByRole("complementary", { name });
}

flow("a volume is made, grown, attached, detached, deleted and restored", async (visit) => {
  const { page, fleet } = visit;
  const find = async () => (await fleet.volumes()).find((it) => it.name === "flow-data");
  const pod = await fleet.create("mounts-it", A5000, 1, "EU-SE-1");
  await fleet.reached(pod.id, "RUNNING");
  await fleet.act(pod.id, "stop");

  // The price follows the size while it is typed.
  await visit.open("/volumes");
  await page.getByRole("link", { name: "Create volume" }).click();
  const create = page.getByRole("dialog", { name: "Create volume" });
  const size = create.getByRole("spinbutton", { name: "Size" });
  await size.fill("5");
  await create.getByText(/^Error: .*10 to 4096/).waitFor();
  await size.fill("200");
  await create.getByText("$14.00/month").waitFor();
  await size.fill("1200");
  await create.getByText("$80.00/month").waitFor();
  await size.fill("20");
  await create.getByText("$1.40/month").waitFor();
  await create.getByRole("textbox", { name: "Name" }).fill("flow-data");
  await create.getByRole("combobox", { name: "Data centre" }).selectOption("EU-SE-1");
  await create.getByRole("button", { name: "Create volume" }).click();
  const { id } = await until(find, (it) => it !== undefined, "the new volume");
  await page.waitForURL(`**/volumes/${id}`);
  const beside = panel(page, "flow-data");
  await beside.getByText("$1.40/month").waitFor();

  // It grows, and never shrinks.
  await beside.getByRole("link", { name: "Grow" }).click();
  const grow = page.getByRole("dialog", { name: "Grow flow-data" });
  const larger = grow.getByRole("spinbutton", { name: "Size" });
  await larger.fill("10");
  await grow.getByText(/^Error: .*never shrinks/).waitFor();
  await larger.fill("40");
  await grow.getByRole("button", { name: "Grow flow-data" }).click();
  await beside.getByText(/of 40 GB/).waitFor();
  await beside.getByText("$2.80/month").waitFor();

  // Attached to a stopped pod of the same data centre; who has a pod volume is not offered, for it cannot have both.
  await fleet.reached(pod.id, "STOPPED");
  await beside.getByRole("link", { name: "Attach to a pod" }).click();
  const attach = page.getByRole("dialog", { name: "Attach to a pod: flow-data" });
  const pods = attach.getByRole("combobox", { name: "Pod" });
  await pods.selectOption({ label: "mounts-it" });
  assert.equal(await pods.getByRole("option", { name: "lora-maya" }).count(), 0);
  await attach.getByRole("textbox", { name: "Mount path" }).fill("/flow-data");
  await attach.getByRole("button", { name: "Attach to a pod" }).click();
  const mounts = beside.getByRole("table", { name: "Attached to" });
  await mounts.getByRole("link", { name: "mounts-it", exact: true }).waitFor();
  assert.equal((await find()).attachedTo[0].path, "/flow-data");

  // While it is attached it cannot be deleted, and it says by whom.
  assert.equal(await beside.getByRole("link", { name: "Delete" }).getAttribute("aria-disabled"), "true");
  await visit.open(`/volumes/${id}?dialog=delete`);
  const remove = page.getByRole("dialog", { name: "Delete flow-data" });
  await remove.getByText("Detach it first: it is mounted by mounts-it.").first().waitFor();
  await remove.getByRole("textbox", { name: "Type the volume's name" }).fill("flow-data");
  assert.ok(await remove.getByRole("button", { name: "Delete flow-data" }).isDisabled());
  await remove.getByRole("button", { name: "Cancel" }).click();

  await mounts.getByRole("link", { name: "Detach mounts-it" }).click();
  const detach = page.getByRole("dialog", { name: "Detach flow-data from mounts-it" });
  await detach.getByText("/flow-data disappears from mounts-it. What is on the volume stays.").waitFor();
  await detach.getByRole("button", { name: "Detach flow-data from mounts-it" }).click();
  await mounts.getByRole("link", { name: "mounts-it", exact: true }).waitFor({ state: "detached" });

  // Into the bin by its name, and out again.
  await beside.getByRole("link", { name: "Delete" }).click();
  const last = remove.getByRole("button", { name: "Delete flow-data" });
  assert.ok(await last.isDisabled());
  await remove.getByRole("textbox", { name: "Type the volume's name" }).fill("flow-data");
  await last.click();
  const bin = page.getByRole("table", { name: "In the bin" });
  await bin.getByRole("link", { name: "flow-data" }).waitFor();
  assert.ok((await find()).deletedAtLatest, "it is gone for good later");
  await bin.getByRole("link", { name: "flow-data" }).click();
  await panel(page, "flow-data").getByRole("button", { name: "Restore" }).click();
  await page.getByRole("table", { name: "Network volumes" }).getByRole("link", { name: "flow-data" }).waitFor();
  assert.equal((await find()).deletedAtLatest, undefined);
});

flow("a running pod is attached only when its restart is agreed to", async (visit) => {
  const { page, fleet } = visit;
  const volume = (await fleet.volumes()).find((it) => it.name === "models-shared");
  const pod = await fleet.create("runs-on", A5000, 1, "EU-SE-1");
  await fleet.reached(pod.id, "RUNNING");
  await visit.open(`/volumes/${volume.id}?dialog=attach`);
  const dialog = page.getByRole("dialog", { name: "Attach to a pod: models-shared" });
  await dialog.getByRole("combobox", { name: "Pod" }).selectOption({ label: "runs-on (runs: will restart)" });
  await dialog.getByText(/^Already mounted by vllm-serve/).waitFor();
  const attach = dialog.getByRole("button", { name: "Attach to a pod" });
  assert.ok(await attach.isDisabled());
  await dialog.getByRole("checkbox", { name: /^Restart the pod/ }).check();
  await attach.click();
  await dialog.waitFor({ state: "detached" });
  await panel(page, "models-shared").getByRole("link", { name: "runs-on", exact: true }).waitFor();

  // Its container is made anew, with the volume in it.
  const starts = ({ timeline }) => timeline.filter((it) => it.state === "STARTING").length;
  const again = (it) => it.summary.state === "RUNNING" && starts(it) === 2;
  const { mounts } = await until(() => fleet.podOf(pod.id), again, "the pod running again");
  assert.deepEqual(mounts.map((it) => [it.volumeName, it.path]), [["models-shared", "/workspace"]]);
  await visit.open(`/pods/${pod.id}`);
  const disks = page.getByRole("table", { name: "Disks" });
  await disks.getByRole("row").filter({ hasText: "models-shared" }).getByText("/workspace").waitFor();
});
