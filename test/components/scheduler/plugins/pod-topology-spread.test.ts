import { expect, test } from "vitest";
import { podTopologySpread } from "../../../../src/components/scheduler/plugins/pod-topology-spread.ts";
import type { TopologySpreadConstraint } from "../../../../src/kube/kinds/affinity.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

const zone = "topology.kubernetes.io/zone";
const nodes = [
  nodeOf("a1", { labels: { [zone]: "a" } }),
  nodeOf("b1", { labels: { [zone]: "b" } }),
  nodeOf("c1", { labels: { [zone]: "c" } }),
];
const labels = { app: "web" };
const hard = (more: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: zone,
  whenUnsatisfiable: "DoNotSchedule",
  labelSelector: { matchLabels: labels },
  ...more,
});
const web = (name: string, more: object = {}) => podOf(name, { labels: { ...labels, ...more } });

function feasible(
  constraints: TopologySpreadConstraint[],
  pods: Record<string, ReturnType<typeof podOf>[]>,
  { all = nodes, spec = {} } = {},
) {
  const state = clusterOf(all, pods);
  const plan = podTopologySpread.filter?.(
    infoOf("p", { labels, spec: { topologySpreadConstraints: constraints, ...spec } }),
    state,
  );
  return state.nodes.filter((node) => plan?.kind !== "checks" || !plan.check(node)).map(({ name }) => name);
}

test.each<[string, TopologySpreadConstraint[], Record<string, ReturnType<typeof podOf>[]>, string[]]>([
  ["an empty cluster takes it anywhere", [hard()], {}, ["a1", "b1", "c1"]],
  ["a domain that is ahead is closed", [hard()], { a1: [web("1")] }, ["b1", "c1"]],
  ["a larger skew lets it be ahead", [hard({ maxSkew: 2 })], { a1: [web("1")] }, ["a1", "b1", "c1"]],
  ["pods of another kind don't count", [hard()], { a1: [podOf("1")] }, ["a1", "b1", "c1"]],
  ["nor those of another namespace", [hard()], { a1: [podOf("1", { labels, namespace: "x" })] }, ["a1", "b1", "c1"]],
  [
    "too few domains count as an empty one",
    [hard({ minDomains: 4 })],
    { a1: [web("1")], b1: [web("2")], c1: [web("3")] },
    [],
  ],
  [
    "label keys narrow the kind",
    [hard({ matchLabelKeys: ["version"] })],
    { a1: [web("1", { version: "1" })] },
    ["b1", "c1"],
  ],
])("%s", (_, ...[constraints, pods, expected]) => {
  expect(feasible(constraints, pods)).toEqual(expected);
});

test("nodes without the topology label take none", () => {
  expect(feasible([hard()], {}, { all: [...nodes, nodeOf("bare")] })).toEqual(["a1", "b1", "c1"]);
});

test("domains that the pod can't go to don't hold it back", () => {
  const spec = { nodeSelector: { disk: "ssd" } };
  const all = [nodeOf("a1", { labels: { [zone]: "a", disk: "ssd" } }), ...nodes.slice(1)];
  expect(feasible([hard()], { a1: [web("1")] }, { all, spec })).toContain("a1");
  expect(feasible([hard({ nodeAffinityPolicy: "Ignore" })], { a1: [web("1")] }, { all, spec })).not.toContain("a1");
});

test("soft constraints, and the defaults for pods of one controller, prefer the emptier domain", () => {
  const scores = (wish: Parameters<typeof infoOf>[1], pods: Record<string, ReturnType<typeof podOf>[]>) => {
    const state = clusterOf(nodes, pods);
    const plan = podTopologySpread.score?.(infoOf("p", wish), state, state.nodes);
    return plan?.normalize?.(state.nodes.map(plan.score), state.nodes);
  };
  const soft = { ...hard(), whenUnsatisfiable: "ScheduleAnyway" as const };
  const [a = 0, b = 0, c = 0] =
    scores({ labels, spec: { topologySpreadConstraints: [soft] } }, { a1: [web("1"), web("2")], b1: [web("3")] }) ?? [];
  expect(c).toBeGreaterThan(b);
  expect(b).toBeGreaterThan(a);
  const [own = 0, other = 0] = scores({ owner: "rs" }, { a1: [podOf("1", { owner: "rs" })] }) ?? [];
  expect(other).toBeGreaterThan(own);
  expect(scores({}, {})).toBeUndefined();
});
