import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { conditionOf } from "../../../src/kube/conditions.ts";
import type { Pod, PodSpec } from "../../../src/kube/kinds/pod.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { HollowNodes } from "../control-plane/hollow-nodes.ts";

let plane: ControlPlane;
let client: KubeClient;
let nodes: HollowNodes;
const namespace = "default";

beforeAll(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
  plane.runControllerManager();
  plane.runScheduler();
  const labels = (index: number) => ({ "topology.kubernetes.io/zone": `zone-${index % 3}` });
  nodes = new HollowNodes(client, { count: 6, labels, allocatable: { cpu: "4", memory: "8Gi", pods: "20" } });
  await nodes.start();
  await plane.whenPodsCanBeMade();
  const high = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "high" }, value: 1000 };
  await client.create(resources.priorityclasses, high);
});
afterAll(async () => {
  nodes?.stop();
  await plane?.stop();
});

function pod(name: string, spec: Partial<PodSpec> = {}, cpu = "100m"): Pod {
  const containers = [{ name: "c", image: "busybox", resources: { requests: { cpu } } }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name.split(".")[0] ?? "" } },
    spec: { containers, terminationGracePeriodSeconds: 0, ...spec },
  };
}

const placed = (name: string) =>
  until(async () => (await client.get<Pod>(resources.pods, { name, namespace })).spec.nodeName, {
    for: `pod ${name} to have a node`,
    withinMs: 60_000,
    everyMs: 50,
  });

async function refused(name: string): Promise<string> {
  return until(
    async () => {
      const { status } = await client.get<Pod>(resources.pods, { name, namespace });
      const condition = conditionOf(status?.conditions, "PodScheduled");
      return condition?.reason === "Unschedulable" && condition.message;
    },
    { for: `pod ${name} to be refused`, withinMs: 60_000, everyMs: 50 },
  );
}

const zoneOf = (nodeName: string) => Number(nodeName.split("-")[1]) % 3;

test("hard spread constraints put equal numbers of pods into each zone", async () => {
  const constraint = {
    maxSkew: 1,
    topologyKey: "topology.kubernetes.io/zone",
    whenUnsatisfiable: "DoNotSchedule" as const,
    labelSelector: { matchLabels: { app: "even" } },
  };
  const names = Array.from({ length: 9 }, (_, index) => `even.${index}`);
  await Promise.all(
    names.map((name) => client.create(resources.pods, pod(name, { topologySpreadConstraints: [constraint] }))),
  );
  const zones = (await Promise.all(names.map(placed))).map(zoneOf);
  expect([0, 1, 2].map((zone) => zones.filter((one) => one === zone).length)).toEqual([3, 3, 3]);
});

test("anti-affinity keeps pods on different nodes, and the seventh of six is told why", async () => {
  const podAntiAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: "alone" } }, topologyKey: "kubernetes.io/hostname" },
    ],
  };
  const names = Array.from({ length: 6 }, (_, index) => `alone.${index}`);
  for (const name of names) await client.create(resources.pods, pod(name, { affinity: { podAntiAffinity } }));
  expect(new Set(await Promise.all(names.map(placed))).size).toBe(6);
  await client.create(resources.pods, pod("alone.6", { affinity: { podAntiAffinity } }));
  expect(await refused("alone.6")).toBe(
    "0/6 nodes are available: 6 node(s) didn't match pod anti-affinity rules. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod.",
  );
  await client.delete(resources.pods, { name: "alone.0", namespace });
  await placed("alone.6");
});

test("a gated pod waits until its gate is lifted", async () => {
  await client.create(resources.pods, pod("gated", { schedulingGates: [{ name: "example.com/wait" }] }));
  await client.create(resources.pods, pod("free"));
  await placed("free");
  expect((await client.get<Pod>(resources.pods, { name: "gated", namespace })).spec.nodeName).toBeUndefined();
  await client.patch(
    resources.pods,
    { name: "gated", namespace },
    { type: "json", body: [{ op: "remove", path: "/spec/schedulingGates" }] },
  );
  await placed("gated");
});

test("a pod for a label that no node has is scheduled once a node gets it", async () => {
  await client.create(resources.pods, pod("picky", { nodeSelector: { disk: "ssd" } }));
  expect(await refused("picky")).toContain("6 node(s) didn't match Pod's node affinity/selector");
  await client.patch(
    resources.nodes,
    { name: "node-3" },
    { type: "merge", body: { metadata: { labels: { disk: "ssd" } } } },
  );
  expect(await placed("picky")).toBe("node-3");
});

test("cordoned and tainted nodes are left alone", async () => {
  for (const name of ["node-0", "node-1", "node-2"]) {
    await client.patch(resources.nodes, { name }, { type: "merge", body: { spec: { unschedulable: true } } });
  }
  await until(
    async () => {
      const { items } = await client.list<{
        apiVersion: string;
        kind: string;
        metadata: object;
        spec?: { taints?: unknown[] };
      }>(resources.nodes);
      return items.filter(({ spec }) => spec?.taints?.length).length === 3;
    },
    { for: "the cordons' taints", withinMs: 60_000 },
  );
  const names = Array.from({ length: 6 }, (_, index) => `elsewhere.${index}`);
  await Promise.all(names.map((name) => client.create(resources.pods, pod(name))));
  for (const node of await Promise.all(names.map(placed))) expect(["node-3", "node-4", "node-5"]).toContain(node);
  for (const name of ["node-0", "node-1", "node-2"]) {
    await client.patch(resources.nodes, { name }, { type: "merge", body: { spec: { unschedulable: null } } });
  }
});

test("a pod of higher priority takes the place of one of lower", async () => {
  const fill = Array.from({ length: 6 }, (_, index) =>
    pod(`filler.${index}`, { nodeSelector: { "kubernetes.io/hostname": `node-${index}` } }, "3"),
  );
  for (const one of fill) await client.create(resources.pods, one);
  await Promise.all(fill.map(({ metadata }) => placed(metadata.name ?? "")));
  await client.create(resources.pods, pod("important", { priorityClassName: "high" }, "3"));
  const node = await placed("important");
  const victim = `filler.${node.split("-")[1]}`;
  await until(() => client.get(resources.pods, { name: victim, namespace }).then(() => false, isNotFound), {
    for: `${victim} to go`,
    withinMs: 60_000,
  });
  await client.create(resources.pods, pod("meek", {}, "3"));
  expect(await refused("meek")).toContain(
    "6 Insufficient cpu. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod.",
  );
});

test("a node that is no longer cleared for a pod is no longer promised to it", async () => {
  await client.create(resources.pods, pod("hopeful", {}, "5"));
  await refused("hopeful");
  const key = { name: "hopeful", namespace };
  const promise = { type: "merge", body: { status: { nominatedNodeName: "node-0" } } } as const;
  await client.patch(resources.pods, key, promise, { subresource: "status" });
  await client.patch(
    resources.nodes,
    { name: "node-0" },
    { type: "merge", body: { status: { allocatable: { pods: "21" } } } },
    { subresource: "status" },
  );
  await until(async () => (await client.get<Pod>(resources.pods, key)).status?.nominatedNodeName === undefined, {
    for: "the promise to be taken back",
    withinMs: 60_000,
  });
});
