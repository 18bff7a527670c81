import { expect, test } from "vitest";
import {
  graceMs,
  observeNode,
  silentConditions,
} from "../../../../src/components/controller-manager/node/node-health.ts";
import { conditionOf } from "../../../../src/kube/conditions.ts";
import type { Node } from "../../../../src/kube/kinds/node.ts";

const node = (heartbeat?: string): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1", creationTimestamp: "2026-01-01T00:00:00Z" },
  status: { conditions: heartbeat ? [{ type: "Ready", status: "True", lastHeartbeatTime: heartbeat }] : [] },
});
const lease = (renewTime: string) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "n1" },
  spec: { renewTime },
});

test("a sign of life is a lease or a heartbeat that changed", () => {
  const first = observeNode(undefined, node("h1"), { lease: lease("r1"), nowMs: 1 });
  expect(observeNode(first, node("h1"), { lease: lease("r1"), nowMs: 2 }).seenAtMs).toBe(1);
  expect(observeNode(first, node("h1"), { lease: lease("r2"), nowMs: 3 }).seenAtMs).toBe(3);
  expect(observeNode(first, node("h2"), { lease: lease("r1"), nowMs: 4 }).seenAtMs).toBe(4);
});

test("a node that was never heard of has more time", () => {
  const grace = { monitorMs: 50, startupMs: 60 };
  expect([graceMs(node("h1"), grace), graceMs(node(), grace)]).toEqual([50, 60]);
});

test("nothing is known of a silent node any more", () => {
  const conditions = silentConditions(node("h1"), Date.parse("2026-01-01T01:00:00Z"));
  expect(conditionOf(conditions, "Ready")).toMatchObject({
    status: "Unknown",
    reason: "NodeStatusUnknown",
    lastHeartbeatTime: "h1",
  });
  expect(conditionOf(conditions, "DiskPressure")).toMatchObject({
    status: "Unknown",
    reason: "NodeStatusNeverUpdated",
  });
});
