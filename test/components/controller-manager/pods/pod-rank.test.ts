import { expect, test } from "vitest";
import { byDeletionRank } from "../../../../src/components/controller-manager/pods/pod-rank.ts";
import { notReady, podWith } from "../pod.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const named = (name: string, more: Parameters<typeof podWith>[0] = {}) =>
  podWith({ ...more, metadata: { name, ...more?.metadata } });
const order = (...pods: ReturnType<typeof podWith>[]) =>
  byDeletionRank(pods, pods, nowMs).map(({ metadata }) => metadata.name);
const keep = named("keep", { spec: { nodeName: "n9" } });

test.each([
  ["a pod without a node", { spec: { nodeName: "" } }],
  ["a pending pod", { status: { phase: "Pending" as const } }],
  ["a pod that is not ready", { status: notReady }],
  [
    "a pod that is cheap by its annotation",
    { metadata: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "-5" } } },
  ],
  [
    "a pod that became ready lately",
    { status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:59:00Z" }] } },
  ],
  ["a pod that restarts", { status: { containerStatuses: [{ name: "c", restartCount: 3 }] } }],
  ["a young pod", { metadata: { creationTimestamp: "2026-01-01T00:50:00Z" } }],
])("%s goes first", (_, more) => {
  expect(order(keep, named("go", more))).toEqual(["go", "keep"]);
});

test("a crowded node is relieved first", () => {
  const [one, two] = [named("one"), named("two")];
  expect(order(keep, one, two).at(-1)).toBe("keep");
});
