import { expect, test } from "vitest";
import { interPodAffinity } from "../../../../src/components/scheduler/plugins/inter-pod-affinity.ts";
import type { PodAffinityTerm } from "../../../../src/kube/kinds/affinity.ts";
import type { PodSpec } from "../../../../src/kube/kinds/pod.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

const zone = "zone";
const nodes = [
  nodeOf("a1", { labels: { zone: "a" } }),
  nodeOf("a2", { labels: { zone: "a" } }),
  nodeOf("b1", { labels: { zone: "b" } }),
];
const term = (app: string, topologyKey = zone, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  labelSelector: { matchLabels: { app } },
  topologyKey,
  ...more,
});
const near = (...terms: PodAffinityTerm[]): Partial<PodSpec> => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
const apart = (...terms: PodAffinityTerm[]): Partial<PodSpec> => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
const db = podOf("db", { labels: { app: "db" } });

function feasible(spec: Partial<PodSpec>, pods: Record<string, ReturnType<typeof podOf>[]>, labels = { app: "web" }) {
  const state = clusterOf(nodes, pods);
  const plan = interPodAffinity.filter?.(infoOf("p", { labels, spec }), state);
  return state.nodes.filter((node) => plan?.kind !== "checks" || !plan.check(node)).map(({ name }) => name);
}

test.each<[string, Partial<PodSpec>, Record<string, ReturnType<typeof podOf>[]>, string[]]>([
  ["near another: its whole domain", near(term("db")), { a1: [db] }, ["a1", "a2"]],
  ["near another that is nowhere", near(term("db")), {}, []],
  ["near its own kind: the first may go anywhere", near(term("web")), {}, ["a1", "a2", "b1"]],
  ["apart from another", apart(term("db")), { a1: [db] }, ["b1"]],
  ["apart on the same node only", apart(term("db", "kubernetes.io/hostname")), { a1: [db] }, ["a2", "b1"]],
  ["one that runs wants it apart", {}, { a1: [podOf("shy", { spec: apart(term("web")) })] }, ["b1"]],
  [
    "pods of another namespace don't count",
    near(term("db")),
    { a1: [podOf("db", { labels: { app: "db" }, namespace: "x" })] },
    [],
  ],
  [
    "unless they are named",
    near(term("db", zone, { namespaces: ["x"] })),
    { a1: [podOf("db", { labels: { app: "db" }, namespace: "x" })] },
    ["a1", "a2"],
  ],
  [
    "or selected",
    near(term("db", zone, { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "x" } } })),
    { a1: [podOf("db", { labels: { app: "db" }, namespace: "x" })] },
    ["a1", "a2"],
  ],
  [
    "all terms must hold of one pod",
    near(term("db"), term("cache")),
    { a1: [db], b1: [podOf("c", { labels: { app: "cache" } })] },
    [],
  ],
])("%s", (_, ...[spec, pods, expected]) => {
  expect(feasible(spec, pods)).toEqual(expected);
});

test("preferences of the pod, and of those that run, move the scores", () => {
  const scores = (spec: Partial<PodSpec>, pods: Record<string, ReturnType<typeof podOf>[]>) => {
    const state = clusterOf(nodes, pods);
    const plan = interPodAffinity.score?.(infoOf("p", { labels: { app: "web" }, spec }), state, state.nodes);
    return plan?.normalize?.(state.nodes.map(plan.score), state.nodes);
  };
  const prefer = (kind: "podAffinity" | "podAntiAffinity"): Partial<PodSpec> => ({
    affinity: {
      [kind]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term("db") }] },
    },
  });
  expect(scores(prefer("podAffinity"), { a1: [db] })).toEqual([100, 100, 0]);
  expect(scores(prefer("podAntiAffinity"), { a1: [db] })).toEqual([0, 0, 100]);
  expect(scores({}, { b1: [podOf("fond", { spec: near(term("web")) })] })).toEqual([0, 0, 100]);
  expect(scores({}, { a1: [db] })).toBeUndefined();
});
