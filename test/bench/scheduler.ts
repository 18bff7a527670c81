/** Pods a second onto simulated nodes in a real API server: 100 nodes plain, 1,000 nodes with spread constraints. */
import { performance } from "node:perf_hooks";
import { until } from "../../src/base/until.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { Informer } from "../../src/kube/informer/informer.ts";
import type { Pod, PodSpec } from "../../src/kube/kinds/pod.ts";
import { resources } from "../../src/kube/resources.ts";
import { ControlPlane } from "../component/control-plane/control-plane.ts";
import { HollowNodes } from "../component/control-plane/hollow-nodes.ts";

const zone = "topology.kubernetes.io/zone";
const spread: Partial<PodSpec> = {
  topologySpreadConstraints: [zone, "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: topologyKey === zone ? 5 : 1,
    topologyKey,
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: { matchLabels: { app: "bench" } },
  })),
};

await measure({ nodes: 100, pods: 1000, wanted: 300, title: "100 nodes", spec: {} });
await measure({ nodes: 1000, pods: 500, wanted: 100, title: "1,000 nodes, spread over zones and hosts", spec: spread });

type Round = { nodes: number; pods: number; wanted: number; title: string; spec: Partial<PodSpec> };

async function measure({ nodes: count, pods, wanted, title, spec }: Round): Promise<void> {
  const plane = await ControlPlane.start({ bundled: true });
  try {
    const client = plane.client();
    const labels = (index: number) => ({ [zone]: `zone-${index % 3}` });
    const nodes = new HollowNodes(client, { count, labels, fate: () => "stay pending" });
    await nodes.start();
    await client
      .create(resources.serviceaccounts, {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "default", namespace: "default" },
      })
      .catch(() => undefined);
    await untaint(client, nodes.names);
    await createPods(client, pods, spec);
    const rate = await bindAll(client, plane, pods);
    console.log(`${title}: ${rate.toFixed(0)} pods/s (wanted ${wanted}; ratio ${(rate / wanted).toFixed(2)})`);
    nodes.stop();
  } finally {
    await plane.stop();
  }
}

/** The pods are there before the scheduler starts, so that it alone is measured, not their creation. */
async function createPods(client: KubeClient, count: number, spec: Partial<PodSpec>): Promise<void> {
  const containers = [{ name: "c", image: "app", resources: { requests: { cpu: "10m" } } }];
  for (let at = 0; at < count; at += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const metadata = { name: `p-${at + index}`, namespace: "default", labels: { app: "bench" } };
        return client.create(resources.pods, {
          apiVersion: "v1",
          kind: "Pod",
          metadata,
          spec: { containers, ...spec },
        });
      }),
    );
  }
}

/** From the first to the last binding. */
async function bindAll(client: KubeClient, plane: ControlPlane, count: number): Promise<number> {
  const times: number[] = [];
  const stop = new AbortController();
  const bound = new Informer<Pod>(client, resources.pods, { fieldSelector: "spec.nodeName!=" });
  bound.addHandler({ added: () => times.push(performance.now()) });
  void bound.run(stop.signal);
  await bound.whenSynced();
  plane.runScheduler();
  await until(() => times.length === count, { for: `${count} bound pods`, withinMs: 120_000, everyMs: 20 });
  stop.abort();
  return (count / ((times.at(-1) ?? 0) - (times[0] ?? 0))) * 1000;
}

/** Without a controller manager nobody takes the taint of new nodes away. */
async function untaint(client: KubeClient, names: readonly string[]): Promise<void> {
  for (const name of names)
    await client.patch(resources.nodes, { name }, { type: "merge", body: { spec: { taints: null } } });
}
