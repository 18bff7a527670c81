import { expect, test } from "vitest";
import { parseConfiguration } from "../../../../src/components/scheduler/config/configuration.ts";
import { failureMessage } from "../../../../src/components/scheduler/cycle/failure-message.ts";
import { nodesToFind } from "../../../../src/components/scheduler/cycle/feasible-nodes.ts";
import { schedulePod } from "../../../../src/components/scheduler/cycle/schedule-pod.ts";
import { SnapshotOverlay } from "../../../../src/components/scheduler/state/snapshot-overlay.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

const profile = parseConfiguration("").profiles[0]!;
const decide = (state: ReturnType<typeof clusterOf>, wish: Parameters<typeof infoOf>[1] = {}, random = () => 0) =>
  schedulePod(profile, infoOf("p", wish), state, { random, start: 0 });

test("the emptiest feasible node is chosen", () => {
  const state = clusterOf([nodeOf("n1"), nodeOf("n2"), nodeOf("n3", { unschedulable: true })], {
    n1: [podOf("o", { cpu: "2" })],
  });
  const decision = decide(state, { cpu: "1" });
  expect(decision.kind === "node" && decision.node.name).toBe("n2");
});

test("equals are decided by the toss alone", () => {
  const state = clusterOf([nodeOf("n1"), nodeOf("n2"), nodeOf("n3")]);
  const names = [0, 0.5, 0.99].map((toss) => {
    const decision = decide(state, {}, () => toss);
    return decision.kind === "node" && decision.node.name;
  });
  expect(names).toEqual(["n1", "n2", "n3"]);
});

test("a failure counts each reason, in upstream's words", () => {
  const state = clusterOf([
    nodeOf("n1", { unschedulable: true }),
    nodeOf("n2"),
    nodeOf("n3", { allocatable: { cpu: "1" } }),
    nodeOf("n4", { taints: [{ key: "k", effect: "NoSchedule" }] }),
  ]);
  const decision = decide(state, { cpu: "5" });
  expect(decision.kind === "none" && failureMessage(decision.fault, "preemption: no.")).toBe(
    "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: no.",
  );
});

test("without nodes it says so", () => {
  const decision = decide(clusterOf([]));
  expect(decision.kind === "none" && failureMessage(decision.fault)).toBe("no nodes available to schedule pods");
});

test("a reason that holds for every node is told once", () => {
  const decision = decide(clusterOf([nodeOf("n1"), nodeOf("n2")]), {
    spec: { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "c" } }] },
  });
  expect(decision.kind === "none" && failureMessage(decision.fault)).toBe(
    '0/2 nodes are available: persistentvolumeclaim "c" not found.',
  );
});

test.each([
  [50, 0, 50],
  [100, 0, 100],
  [1000, 0, 420],
  [5000, 0, 500],
  [10_000, 0, 500],
  [1000, 70, 700],
  [1000, 1, 100],
])("of %i nodes at %i %%, %i are enough", (total, percentage, expected) => {
  expect(nodesToFind(total, percentage)).toBe(expected);
});

test("a large cluster is searched in turns", () => {
  const state = clusterOf(Array.from({ length: 300 }, (_, index) => nodeOf(`n${index}`)));
  const first = schedulePod(profile, infoOf("p"), state, { random: () => 0, start: 0 });
  expect(first.kind === "node" && first.nextStart).toBe(144);
  const second = schedulePod(profile, infoOf("p"), state, { random: () => 0, start: 144 });
  expect(second.kind === "node" && second.node.name).toBe("n144");
});

test("pods that are only expected take room, but are no company to lean on", () => {
  const state = clusterOf([nodeOf("n1"), nodeOf("n2")]);
  const guest = infoOf("guest", { cpu: "3", labels: { app: "host" } });
  const expecting = new SnapshotOverlay(state, { added: [{ info: guest, nodeName: "n1" }], isExpected: true });
  const decideBeside = (wish: Parameters<typeof infoOf>[1]) =>
    schedulePod(profile, infoOf("p", wish), expecting, { random: () => 0, start: 0 });
  const beside = decideBeside({ cpu: "2" });
  expect(beside.kind === "node" && beside.node.name).toBe("n2");
  const requiredDuringSchedulingIgnoredDuringExecution = [
    { labelSelector: { matchLabels: { app: "host" } }, topologyKey: "kubernetes.io/hostname" },
  ];
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution } };
  expect(decideBeside({ spec: { affinity } }).kind).toBe("none");
});
