import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { conditionOf } from "../../../src/kube/conditions.ts";
import { Informer } from "../../../src/kube/informer/informer.ts";
import type { Lease } from "../../../src/kube/kinds/lease.ts";
import type { Pod } from "../../../src/kube/kinds/pod.ts";
import type { Deployment } from "../../../src/kube/kinds/workloads.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { HollowNodes } from "../control-plane/hollow-nodes.ts";

const namespace = "default";
const quick = [
  "--leader-elect-lease-duration=10s",
  "--leader-elect-renew-deadline=8s",
  "--leader-elect-retry-period=500ms",
];
let plane: ControlPlane;
let client: KubeClient;
let nodes: HollowNodes;

beforeEach(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
});
afterEach(async () => {
  nodes?.stop();
  await plane?.stop();
});

const lease = () => client.get<Lease>(resources.leases, { name: "kube-controller-manager", namespace: "kube-system" });
const holder = () => lease().then(({ spec }) => spec?.holderIdentity || undefined);

function web(replicas: number): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "app:1" }] } },
    },
  };
}

async function rolledOut(replicas: number, withinMs: number): Promise<void> {
  await until(
    async () => {
      const { status = {}, metadata } = await client.get<Deployment>(resources.deployments, { name: "web", namespace });
      const { updatedReplicas = 0, availableReplicas = 0, replicas: all = 0 } = status;
      return (
        status.observedGeneration === metadata.generation &&
        updatedReplicas === replicas &&
        availableReplicas === replicas &&
        all === replicas
      );
    },
    { for: "the rollout", withinMs, everyMs: 50 },
  );
}

/** The most pods and the fewest ready ones that are ever there together. */
async function watchExtremes(signal: AbortSignal) {
  const seen = { most: 0, leastReady: Number.POSITIVE_INFINITY };
  const pods = new Informer<Pod>(client, resources.pods, { labelSelector: "app=web" });
  const look = () => {
    const live = pods.store.list().filter(({ metadata }) => !metadata.deletionTimestamp);
    const ready = live.filter(({ status }) => conditionOf(status?.conditions, "Ready")?.status === "True");
    seen.most = Math.max(seen.most, live.length);
    seen.leastReady = Math.min(seen.leastReady, ready.length);
  };
  void pods.run(signal);
  await pods.whenSynced();
  pods.addHandler({ added: look, updated: look, deleted: look });
  return seen;
}

test("a leader killed in the middle of a rollout is followed by the standby, within the rollout's limits", async () => {
  const leader = plane.runControllerManager(quick, "first");
  plane.runScheduler();
  nodes = new HollowNodes(client, { count: 2 });
  await nodes.start();
  await until(holder, { for: "a leader", withinMs: 60_000 });
  plane.runControllerManager(quick, "second");
  await client.create(resources.deployments, web(10));
  await rolledOut(10, 90_000);
  const stop = new AbortController();
  const seen = await watchExtremes(stop.signal);
  const image = { spec: { template: { spec: { containers: [{ name: "c", image: "app:2" }] } } } };
  await client.patch(resources.deployments, { name: "web", namespace }, { type: "strategic", body: image });
  await until(() => seen.most > 10, { for: "the rollout to begin", withinMs: 60_000, everyMs: 1 });
  leader.kill("SIGKILL");
  await rolledOut(10, 90_000);
  stop.abort();
  expect(seen.most).toBeLessThanOrEqual(12);
  expect(seen.leastReady).toBeGreaterThanOrEqual(9);
  expect((await lease()).spec?.leaseTransitions).toBe(1);
});

test("a leader that was stopped and goes on after its lease ran out does nothing more, and ends", async () => {
  const leader = plane.runControllerManager(quick, "first");
  const first = await until(holder, { for: "a leader", withinMs: 60_000 });
  plane.runControllerManager(quick, "second");
  leader.kill("SIGSTOP");
  const second = await until(async () => (await holder()) !== first && holder(), {
    for: "the standby to lead",
    withinMs: 60_000,
  });
  const ended = new Promise<number | null>((resolve) => leader.once("exit", (code) => resolve(code)));
  const events = new Informer<Lease>(client, resources.leases, { namespace: "kube-system" });
  const holders: (string | undefined)[] = [];
  const stop = new AbortController();
  events.addHandler({ updated: (_, { spec }) => holders.push(spec?.holderIdentity) });
  void events.run(stop.signal);
  await events.whenSynced();
  await client.create(resources.deployments, web(3));
  leader.kill("SIGCONT");
  expect(await ended).toBe(1);
  await until(() => holders.length > 2, { for: "the new leader to renew", withinMs: 60_000 });
  stop.abort();
  expect(new Set(holders)).toEqual(new Set([second]));
  const pods = await until(
    async () => {
      const { items } = await client.list<Pod>(resources.pods, { namespace });
      return items.length >= 3 && items;
    },
    { for: "three pods", withinMs: 60_000 },
  );
  expect(pods).toHaveLength(3);
});

test("a leader that is asked to end gives its lease back", async () => {
  const leader = plane.runControllerManager(quick, "first");
  // the API shows the lease a moment before the leader learns that it is its own
  await until(() => /successfully acquired lease/i.test(plane.logOf("first")), { for: "a leader", withinMs: 60_000 });
  const ended = new Promise<number | null>((resolve) => leader.once("exit", (code) => resolve(code)));
  leader.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect((await lease()).spec?.holderIdentity).toBe("");
});
