/** A deployment of 100 pods from its creation to its last binding, a namespace of 1,000 objects, and what idling costs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../src/base/until.ts";
import { isNotFound } from "../../src/kube/api-error.ts";
import { Informer } from "../../src/kube/informer/informer.ts";
import type { Pod } from "../../src/kube/kinds/pod.ts";
import { resources } from "../../src/kube/resources.ts";
import { ControlPlane } from "../component/control-plane/control-plane.ts";
import { HollowNodes } from "../component/control-plane/hollow-nodes.ts";

const idleMs = 20_000;
const plane = await ControlPlane.start({ bundled: true });
try {
  const client = plane.client();
  const programs = { "controller-manager": plane.runControllerManager(), scheduler: plane.runScheduler() };
  const nodes = new HollowNodes(client, { count: 3 });
  await nodes.start();
  const namespace = "bench";
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await until(async () => (await client.list(resources.serviceaccounts, { namespace })).items.length > 0, {
    for: "the default account",
    withinMs: 20_000,
  });
  print("100 replicas from creation to the last binding", await deploy(100), 3);
  await fill(900);
  print("a namespace with 1,000 objects from deletion to its end", await remove(), 10);
  await sleep(5000);
  for (const [name, { pid = 0 }] of Object.entries(programs)) await idle(name, pid);
  nodes.stop();

  async function deploy(replicas: number): Promise<number> {
    const bound = new Informer<Pod>(client, resources.pods, { namespace, fieldSelector: "spec.nodeName!=" });
    const stop = new AbortController();
    void bound.run(stop.signal);
    await bound.whenSynced();
    const startedAt = performance.now();
    const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "app" }] } };
    const spec = { replicas, selector: { matchLabels: { app: "web" } }, template };
    await client.create(resources.deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace },
      spec,
    });
    await until(() => bound.store.size === replicas, { for: "all bindings", withinMs: 60_000, everyMs: 10 });
    stop.abort();
    return (performance.now() - startedAt) / 1000;
  }

  async function fill(count: number): Promise<void> {
    const create = (index: number) =>
      client.create(resources.configmaps, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `c-${index}`, namespace },
        data: { a: "b" },
      });
    for (let at = 0; at < count; at += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => create(at + index)));
  }

  async function remove(): Promise<number> {
    const startedAt = performance.now();
    await client.delete(resources.namespaces, { name: namespace });
    const isGone = () => client.get(resources.namespaces, { name: namespace }).then(() => false, isNotFound);
    await until(isGone, { for: "the namespace to go", withinMs: 120_000, everyMs: 50 });
    return (performance.now() - startedAt) / 1000;
  }

  async function idle(name: string, pid: number): Promise<void> {
    const ticks = () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .split(" ")
        .slice(13, 15)
        .reduce((sum, one) => sum + Number(one), 0);
    const before = ticks();
    await sleep(idleMs);
    const hertz = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
    const share = ((ticks() - before) / hertz / (idleMs / 1000)) * 100;
    const rssMiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
    console.log(
      `${name} idle: ${share.toFixed(2)} % of a core (wanted 1), ${rssMiB.toFixed(0)} MiB (wanted 86; 90 MB)`,
    );
  }
} finally {
  await plane.stop();
}

function print(what: string, seconds: number, wanted: number): void {
  console.log(`${what}: ${seconds.toFixed(2)} s (wanted ${wanted}; ratio ${(seconds / wanted).toFixed(2)})`);
}
