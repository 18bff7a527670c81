import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { proxyConfig } from "../../../src/components/proxy/config/proxy-config.ts";
import { KubeProxy } from "../../../src/components/proxy/kube-proxy.ts";
import { proxyMetrics } from "../../../src/components/proxy/sync/proxy-metrics.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { ClusterInMemory } from "./cluster-in-memory.ts";

/** The measured process: the whole of kube-proxy but the HTTP client. Prints its figures as JSON. */
const count = Number(process.argv[2]);
const steps = process.argv.slice(3);
const numbers = Array.from({ length: count }, (_, index) => index);
const cluster = new ClusterInMemory({
  services: numbers.map(service),
  endpointslices: numbers.map((index) => slice(index, 2)),
  nodes: [],
});
const config = proxyConfig(
  {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clusterCIDR: "10.244.0.0/16",
    clientConnection: { kubeconfig: "unused" },
  },
  "node1",
);
const stop = new AbortController();
const log = (text: string) => process.stderr.write(`${text}\n`);
const proxy = new KubeProxy(config, { client: cluster.client(), metrics: proxyMetrics(), log, now: Date.now });

const startedAt = performance.now();
void proxy.run(stop.signal);
while (proxy.health.lastUpdatedAt === undefined) await sleep(5);
const firstSyncMs = performance.now() - startedAt;
const changes = steps.includes("changes") ? await measureChanges() : [];
const figures = {
  firstSyncMs,
  changeMs: changes[Math.floor(changes.length / 2)],
  slowestChangeMs: changes.at(-1),
  rssMb: process.memoryUsage.rss() / 2 ** 20,
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));

/** From the event until the kernel has the new address, for 20 services; ascending. */
async function measureChanges(): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    await sleep(200);
    const index = (turn * 37) % count;
    const changed = slice(index, 2, 200);
    const told = performance.now();
    const before = proxy.health.lastUpdatedAt;
    cluster.tell("endpointslices", {
      type: "MODIFIED",
      object: { ...changed, metadata: { ...changed.metadata, resourceVersion: `${turn + 2}` } },
    });
    while (proxy.health.lastUpdatedAt === before) await sleep(1);
    times.push(performance.now() - told);
    const key = `{ ${clusterIpOf(index)} . tcp . 80 }`;
    const element = execFileSync("nft", ["get", "element", "ip", "kube-proxy", "endpoints-0", key], {
      encoding: "utf8",
    });
    if (!element.includes("10.244.200.")) throw new Error(`the change of service ${index} is not in the kernel`);
  }
  return times.sort((a, b) => a - b);
}

function service(index: number): KubeObject {
  const clusterIP = clusterIpOf(index);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `svc-${index}`, namespace: "bench", uid: `s${index}`, resourceVersion: "1" },
    spec: {
      type: "ClusterIP",
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: "http", port: 80, protocol: "TCP" }],
    },
  };
}

function clusterIpOf(index: number): string {
  return `10.${96 + Math.floor(index / 65_536)}.${Math.floor(index / 256) % 256}.${index % 256}`;
}

function slice(index: number, endpoints: number, third = Math.floor(index / 128) % 128): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `svc-${index}-a`,
      namespace: "bench",
      uid: `e${index}`,
      resourceVersion: "1",
      labels: { "kubernetes.io/service-name": `svc-${index}` },
    },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints: Array.from({ length: endpoints }, (_, at) => ({
      addresses: [`10.244.${third}.${(index * 2 + at) % 256}`],
      nodeName: "node2",
      conditions: { ready: true, serving: true, terminating: false },
    })),
  };
}
