import { expect, test } from "vitest";
import type { Plugin } from "../../../../src/components/scheduler/framework/plugin.ts";
import { balancedAllocation } from "../../../../src/components/scheduler/plugins/balanced-allocation.ts";
import { imageLocality } from "../../../../src/components/scheduler/plugins/image-locality.ts";
import { nodeAffinity } from "../../../../src/components/scheduler/plugins/node-affinity.ts";
import { nodeResourcesFit } from "../../../../src/components/scheduler/plugins/node-resources-fit.ts";
import { taintToleration } from "../../../../src/components/scheduler/plugins/taint-toleration.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

function scores(plugin: Plugin, state: ReturnType<typeof clusterOf>, wish: Parameters<typeof infoOf>[1] = {}) {
  const plan = plugin.score?.(infoOf("p", wish), state, state.nodes);
  const raw = plan && state.nodes.map(plan.score);
  return raw && (plan.normalize?.(raw, state.nodes) ?? raw);
}

test("the emptier node is better, or the fuller if so configured", () => {
  const state = clusterOf([nodeOf("full"), nodeOf("empty")], { full: [podOf("o", { cpu: "2" })] });
  const [full = 0, empty = 0] = scores(nodeResourcesFit(), state, { cpu: "1" }) ?? [];
  expect(empty).toBeGreaterThan(full);
  const most = nodeResourcesFit({ type: "MostAllocated", resources: [{ name: "cpu", weight: 1 }] });
  expect(scores(most, state, { cpu: "1" })).toEqual([75, 25]);
});

test("a node whose use the pod evens out is better", () => {
  const spec = { containers: [{ name: "c", resources: { requests: { memory: "4Gi" } } }] };
  const state = clusterOf([nodeOf("cpu-heavy"), nodeOf("even")], { "cpu-heavy": [podOf("o", { cpu: "2" })] });
  const [heavy = 0, even = 0] = scores(balancedAllocation, state, { spec }) ?? [];
  expect(heavy).toBeGreaterThan(75);
  expect(even).toBeLessThan(75);
  expect(scores(balancedAllocation, state)).toBeUndefined();
});

test("preferred labels add their weights", () => {
  const prefer = (key: string, weight: number) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: "Exists" as const }] },
  });
  const spec = {
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [prefer("a", 3), prefer("b", 1)] } },
  };
  const state = clusterOf([
    nodeOf("both", { labels: { a: "", b: "" } }),
    nodeOf("one", { labels: { b: "" } }),
    nodeOf("none"),
  ]);
  expect(scores(nodeAffinity, state, { spec })).toEqual([100, 25, 0]);
});

test("nodes that would rather not are worse", () => {
  const state = clusterOf([nodeOf("shy", { taints: [{ key: "k", effect: "PreferNoSchedule" }] }), nodeOf("open")]);
  expect(scores(taintToleration, state)).toEqual([0, 100]);
});

test("a node that has a large image is better", () => {
  const image = { names: ["app:latest"], sizeBytes: 800 * 1024 * 1024 };
  const has = { ...nodeOf("has"), status: { ...nodeOf("has").status, images: [image] } };
  const [first = 0, second = 0] = scores(imageLocality, clusterOf([has, nodeOf("has-not")])) ?? [];
  expect(first).toBeGreaterThan(second);
  expect(scores(imageLocality, clusterOf([nodeOf("has-not")]))).toBeUndefined();
});
