import { expect, test } from "vitest";
import { nodeEvents } from "../../../src/kubelet/node/node-events.ts";
import { PressureMonitor } from "../../../src/kubelet/node/pressure-monitor.ts";

type Status = NonNullable<Parameters<typeof nodeEvents>[1]>;
const status = (disk: "True" | "False", ready: "True" | "False", bootID = "one"): Status => ({
  conditions: [
    { type: "DiskPressure", status: disk },
    { type: "Ready", status: ready },
    { type: "NetworkUnavailable", status: "False" },
  ],
  nodeInfo: { bootID },
});
const told = (before: Status | undefined, after: Status) =>
  nodeEvents("n", before, after).map(({ type, reason, message }) => `${type} ${reason} ${message}`);

test.each<[string, Status | undefined, Status, string[]]>([
  ["a new node", undefined, status("False", "True"), ["NodeHasNoDiskPressure", "NodeReady"]],
  ["nothing new", status("False", "True"), status("False", "True"), []],
  ["a full disk", status("False", "True"), status("True", "True"), ["NodeHasDiskPressure"]],
  ["a node that is ill", status("False", "True"), status("False", "False"), ["NodeNotReady"]],
])("%s", (_, before, after, reasons) => {
  expect(told(before, after)).toEqual(reasons.map((reason) => `Normal ${reason} Node n status is now: ${reason}`));
});

test("a reboot is told by the id of the boot", () => {
  const words = ["Warning Rebooted Node n has been rebooted, boot id: two"];
  expect(told(status("False", "True"), status("False", "True", "two"))).toEqual(words);
});

const disk = { totalBytes: 100, availableBytes: 50, inodes: 100, inodesFree: 100 };

test("pressure is told when it turns, and eases after its transition period whatever the clock does", () => {
  let [available, uptime] = [50, 0];
  const turns: boolean[] = [];
  const monitor: PressureMonitor = new PressureMonitor({
    evictionHard: { "nodefs.available": "10%", "imagefs.available": "15%" },
    holdMs: 1000,
    uptimeMs: () => uptime,
    read: () => ({
      memory: { availableBytes: 1, capacityBytes: 1 },
      nodefs: disk,
      imagefs: { ...disk, availableBytes: available },
      pids: { available: 1, max: 1 },
    }),
    onTurn: () => turns.push(monitor.current.disk),
  });
  const disks = [50, 14, 50, 50].map((next, index) => {
    [available, uptime] = [next, index * 600];
    return monitor.check().disk;
  });
  expect(disks).toEqual([false, true, true, false]);
  expect(turns).toEqual([true, false]);
});
