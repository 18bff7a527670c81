import { expect, test } from "vitest";
import type { Plugin } from "../../../../src/components/scheduler/framework/plugin.ts";
import { nodeAffinity } from "../../../../src/components/scheduler/plugins/node-affinity.ts";
import { nodeName } from "../../../../src/components/scheduler/plugins/node-name.ts";
import { nodePorts } from "../../../../src/components/scheduler/plugins/node-ports.ts";
import { nodeResourcesFit } from "../../../../src/components/scheduler/plugins/node-resources-fit.ts";
import { nodeUnschedulable } from "../../../../src/components/scheduler/plugins/node-unschedulable.ts";
import { taintToleration } from "../../../../src/components/scheduler/plugins/taint-toleration.ts";
import type { Node } from "../../../../src/kube/kinds/node.ts";
import type { Pod, PodSpec } from "../../../../src/kube/kinds/pod.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

type Case = { plugin: Plugin; spec?: Partial<PodSpec>; cpu?: string; node?: Node; others?: Pod[]; expected: string[] };

const port = (hostPort: number, hostIP = "") => ({
  containers: [{ name: "c", ports: [{ containerPort: 1, hostPort, hostIP }] }],
});
const fit = nodeResourcesFit();
const wants = (requests: Record<string, string>) => ({ containers: [{ name: "c", resources: { requests } }] });
const tainted = nodeOf("n1", { taints: [{ key: "k", value: "v", effect: "NoSchedule" }] });

test.each<[string, Case]>([
  [
    "another node is named",
    { plugin: nodeName, spec: { nodeName: "n2" }, expected: ["node(s) didn't match the requested node name"] },
  ],
  ["this node is named", { plugin: nodeName, spec: { nodeName: "n1" }, expected: [] }],
  [
    "cordoned",
    {
      plugin: nodeUnschedulable,
      node: nodeOf("n1", { unschedulable: true }),
      expected: ["node(s) were unschedulable"],
    },
  ],
  [
    "cordoned, and tolerated",
    {
      plugin: nodeUnschedulable,
      spec: { tolerations: [{ key: "node.kubernetes.io/unschedulable", operator: "Exists" }] },
      node: nodeOf("n1", { unschedulable: true }),
      expected: [],
    },
  ],
  ["tainted", { plugin: taintToleration, node: tainted, expected: ["node(s) had untolerated taint(s)"] }],
  [
    "tainted, and tolerated",
    { plugin: taintToleration, node: tainted, spec: { tolerations: [{ key: "k", value: "v" }] }, expected: [] },
  ],
  [
    "a label is missing",
    {
      plugin: nodeAffinity,
      spec: { nodeSelector: { disk: "ssd" } },
      expected: ["node(s) didn't match Pod's node affinity/selector"],
    },
  ],
  [
    "a label is there",
    {
      plugin: nodeAffinity,
      spec: { nodeSelector: { disk: "ssd" } },
      node: nodeOf("n1", { labels: { disk: "ssd" } }),
      expected: [],
    },
  ],
  [
    "a port is taken",
    {
      plugin: nodePorts,
      spec: port(80),
      others: [podOf("o", { spec: port(80) })],
      expected: ["node(s) didn't have free ports for the requested pod ports"],
    },
  ],
  [
    "a port of another address is free",
    {
      plugin: nodePorts,
      spec: port(80, "10.0.0.1"),
      others: [podOf("o", { spec: port(80, "10.0.0.2") })],
      expected: [],
    },
  ],
  [
    "a port of every address is taken for each",
    {
      plugin: nodePorts,
      spec: port(80, "10.0.0.1"),
      others: [podOf("o", { spec: port(80) })],
      expected: ["node(s) didn't have free ports for the requested pod ports"],
    },
  ],
  ["there is room", { plugin: fit, cpu: "2", others: [podOf("o", { cpu: "2" })], expected: [] }],
  ["cpu is short", { plugin: fit, cpu: "2001m", others: [podOf("o", { cpu: "2" })], expected: ["Insufficient cpu"] }],
  [
    "several things are short",
    {
      plugin: fit,
      spec: wants({ cpu: "5", memory: "9Gi", "example.com/gpu": "1" }),
      expected: ["Insufficient cpu", "Insufficient memory", "Insufficient example.com/gpu"],
    },
  ],
  [
    "an extended resource is there",
    {
      plugin: fit,
      spec: wants({ "example.com/gpu": "1" }),
      node: nodeOf("n1", { allocatable: { "example.com/gpu": "1" } }),
      expected: [],
    },
  ],
  [
    "no more pods",
    {
      plugin: fit,
      node: nodeOf("n1", { allocatable: { pods: "1" } }),
      others: [podOf("o")],
      expected: ["Too many pods"],
    },
  ],
])("%s", (_, { plugin, spec = {}, cpu, node = nodeOf("n1"), others = [], expected }) => {
  const state = clusterOf([node], { n1: others });
  const plan = plugin.filter?.(infoOf("p", { spec, ...(cpu ? { cpu } : {}) }), state);
  const rejection = plan?.kind === "checks" ? plan.check(state.nodes[0]!) : undefined;
  expect(rejection?.reasons ?? []).toEqual(expected);
});

test("what a node can never give is not worth a preemption", () => {
  const state = clusterOf([nodeOf("n1")], { n1: [podOf("o", { cpu: "4" })] });
  const check = (cpu: string) => {
    const plan = fit.filter?.(infoOf("p", { cpu }), state);
    return plan?.kind === "checks" ? plan.check(state.nodes[0]!)?.unresolvable : undefined;
  };
  expect([check("4"), check("5")]).toEqual([false, true]);
});
