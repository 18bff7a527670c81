import { expect, test } from "vitest";
import { duration, since } from "../../../../src/components/apiserver/table/column.ts";
import { podStatus } from "../../../../src/components/apiserver/table/pod-columns.ts";

test.each([
  [0, "0s"],
  [119, "119s"],
  [125, "2m5s"],
  [600, "10m"],
  [3 * 3600, "3h"],
  [3 * 3600 + 300, "3h5m"],
  [9 * 3600, "9h"],
  [3 * 86_400, "3d"],
  [3 * 86_400 + 3600, "3d1h"],
  [20 * 86_400, "20d"],
  [800 * 86_400, "2y70d"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("without a time nothing is known", () => {
  expect(since(undefined)).toBe("<unknown>");
});

const pod = (status: object, more: object = {}) =>
  ({ apiVersion: "v1", kind: "Pod", metadata: {}, spec: { containers: [{ name: "a" }] }, status, ...more }) as never;

test.each([
  [pod({ phase: "Pending" }), "Pending"],
  [
    pod({ phase: "Running", containerStatuses: [{ name: "a", state: { waiting: { reason: "CrashLoopBackOff" } } }] }),
    "CrashLoopBackOff",
  ],
  [pod({ phase: "Failed", containerStatuses: [{ name: "a", state: { terminated: { exitCode: 3 } } }] }), "ExitCode:3"],
  [pod({ phase: "Failed", reason: "Evicted" }), "Evicted"],
  [pod({ phase: "Running" }, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }), "Terminating"],
  [
    pod(
      { phase: "Pending", initContainerStatuses: [{ name: "i", state: { running: {} } }] },
      { spec: { containers: [{ name: "a" }], initContainers: [{ name: "i" }, { name: "j" }] } },
    ),
    "Init:0/2",
  ],
])("a pod's status is one word", (given, word) => {
  expect(podStatus(given)).toBe(word);
});
