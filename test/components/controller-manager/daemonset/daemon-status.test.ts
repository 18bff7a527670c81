import { expect, test } from "vitest";
import type { DaemonNode } from "../../../../src/components/controller-manager/daemonset/daemon-rollout.ts";
import { daemonSetStatus } from "../../../../src/components/controller-manager/daemonset/daemon-status.ts";
import type { DaemonSet } from "../../../../src/kube/kinds/workloads.ts";
import { deleted, notReady, podWith } from "../pod.ts";

const set: DaemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent", generation: 2 },
  spec: { selector: {}, template: { spec: { containers: [] } } },
};
const daemon = (hash: string, more: Parameters<typeof podWith>[0] = {}) =>
  podWith({ ...more, metadata: { name: hash, labels: { "controller-revision-hash": hash }, ...more?.metadata } });
const node = (...pods: DaemonNode["pods"]): DaemonNode => ({ name: "n", shouldRun: true, mayStay: true, pods });
const statusOf = (...nodes: DaemonNode[]) =>
  daemonSetStatus(set, nodes, { hash: "new", nowMs: Date.parse("2026-01-01T01:00:00Z") });

test("a node whose old daemon still stands beside the new one is not updated yet", () => {
  expect(statusOf(node(daemon("old"), daemon("new")))).not.toHaveProperty("updatedNumberScheduled");
  expect(statusOf(node(daemon("new"), daemon("old", { metadata: deleted })))).toMatchObject({
    updatedNumberScheduled: 1,
  });
});

test("a node is available while one of its daemons is", () => {
  expect(statusOf(node(daemon("old"), daemon("new", { status: notReady })))).toMatchObject({
    numberReady: 1,
    numberAvailable: 1,
  });
  expect(statusOf(node(daemon("new", { status: notReady })))).toMatchObject({ numberReady: 0, numberUnavailable: 1 });
});

test("a node without a daemon is wanted and nothing else; one that should have none is misscheduled", () => {
  expect(statusOf(node(), { ...node(daemon("new")), shouldRun: false })).toEqual({
    currentNumberScheduled: 0,
    desiredNumberScheduled: 1,
    numberMisscheduled: 1,
    numberReady: 0,
    numberUnavailable: 1,
    observedGeneration: 2,
  });
});
