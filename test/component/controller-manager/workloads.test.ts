import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { conditionOf } from "../../../src/kube/conditions.ts";
import { Informer } from "../../../src/kube/informer/informer.ts";
import type { EndpointSlice, Endpoints } from "../../../src/kube/kinds/endpoints.ts";
import type { Job } from "../../../src/kube/kinds/job.ts";
import type { Pod } from "../../../src/kube/kinds/pod.ts";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "../../../src/kube/kinds/workloads.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { HollowNodes } from "../control-plane/hollow-nodes.ts";

let plane: ControlPlane;
let client: KubeClient;
let nodes: HollowNodes;

beforeAll(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
  plane.runControllerManager();
  plane.runScheduler();
  const fate = ({ metadata: { labels = {} } }: Pod) => (labels.fate as "succeed" | "fail") ?? "run";
  nodes = new HollowNodes(client, { count: 3, fate });
  await nodes.start();
  await plane.whenPodsCanBeMade();
});
afterAll(async () => {
  nodes?.stop();
  await plane?.stop();
});

const namespace = "default";
const podSpec = { containers: [{ name: "c", image: "busybox:1" }] };
const web = (name: string, replicas: number): Deployment => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec },
  },
});

const key = (name: string) => ({ name, namespace });
const soon = (what: string) => ({ for: what, withinMs: 60_000, everyMs: 50 });

async function available(name: string, replicas: number): Promise<Deployment> {
  return until(
    async () => {
      const deployment = await client.get<Deployment>(resources.deployments, key(name));
      const { status = {}, metadata } = deployment;
      const isDone =
        status.observedGeneration === metadata.generation &&
        (status.availableReplicas ?? 0) === replicas &&
        (status.updatedReplicas ?? 0) === replicas &&
        (status.replicas ?? 0) === replicas;
      return isDone && deployment;
    },
    soon(`deployment ${name} to have ${replicas} available pods`),
  );
}

async function setImage(name: string, image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: "c", image }] } } } };
  await client.patch(resources.deployments, key(name), { type: "strategic", body });
}

const isReady = ({ status }: Pod) => conditionOf(status?.conditions, "Ready")?.status === "True";

/** Shows the pods that are not being deleted at every change; resolves, once it sees them, with what ends it. */
async function watchPods(labelSelector: string, look: (live: readonly Pod[]) => void): Promise<() => void> {
  const stop = new AbortController();
  const pods = new Informer<Pod>(client, resources.pods, { labelSelector });
  void pods.run(stop.signal);
  await pods.whenSynced();
  const changed = () => look(pods.store.list().filter(({ metadata }) => !metadata.deletionTimestamp));
  pods.addHandler({ added: changed, updated: changed, deleted: changed });
  return () => stop.abort();
}

test("a deployment gets its pods, and a rollout never leaves the limits of surge and unavailability", async () => {
  await client.create(resources.deployments, {
    ...web("rolling", 6),
    spec: {
      ...web("rolling", 6).spec,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } },
    },
  });
  await available("rolling", 6);
  const seen = { most: 0, leastReady: 6 };
  const stop = await watchPods("app=rolling", (live) => {
    seen.most = Math.max(seen.most, live.length);
    seen.leastReady = Math.min(seen.leastReady, live.filter(isReady).length);
  });
  await setImage("rolling", "busybox:2");
  await available("rolling", 6);
  stop();
  expect(seen.most).toBeGreaterThan(6);
  expect(seen.most).toBeLessThanOrEqual(8);
  expect(seen.leastReady).toBeGreaterThanOrEqual(5);
});

test("going back to an earlier template takes its ReplicaSet again and raises the revision", async () => {
  await client.create(resources.deployments, web("back", 2));
  await available("back", 2);
  await setImage("back", "busybox:2");
  await available("back", 2);
  await setImage("back", "busybox:1");
  const deployment = await available("back", 2);
  expect(deployment.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  const sets = await client.list<ReplicaSet>(resources.replicasets, { namespace, labelSelector: "app=back" });
  expect(sets.items.map(({ spec }) => spec.replicas).sort()).toEqual([0, 2]);
  expect(conditionOf(deployment.status?.conditions, "Progressing")?.reason).toBe("NewReplicaSetAvailable");
});

test("scaling to nothing and up again follows", async () => {
  await client.create(resources.deployments, web("scaled", 2));
  await available("scaled", 2);
  await client.patch(resources.deployments, key("scaled"), { type: "merge", body: { spec: { replicas: 0 } } });
  await available("scaled", 0);
  await client.patch(resources.deployments, key("scaled"), { type: "merge", body: { spec: { replicas: 4 } } });
  await available("scaled", 4);
});

test("a paused deployment doesn't roll until it is resumed", async () => {
  await client.create(resources.deployments, web("paused", 2));
  await available("paused", 2);
  await client.patch(resources.deployments, key("paused"), { type: "merge", body: { spec: { paused: true } } });
  await setImage("paused", "busybox:2");
  await until(async () => {
    const { status } = await client.get<Deployment>(resources.deployments, key("paused"));
    return (
      conditionOf(status?.conditions, "Progressing")?.reason === "DeploymentPaused" &&
      status?.updatedReplicas === undefined
    );
  }, soon("the pause to be told"));
  await client.patch(resources.deployments, key("paused"), { type: "merge", body: { spec: { paused: false } } });
  await available("paused", 2);
});

test("Recreate starts new pods only when no old one is left", async () => {
  const recreate = { ...web("anew", 3), spec: { ...web("anew", 3).spec, strategy: { type: "Recreate" as const } } };
  await client.create(resources.deployments, recreate);
  await available("anew", 3);
  await setImage("anew", "busybox:2");
  await available("anew", 3);
  const pods = await client.list<Pod>(resources.pods, { namespace, labelSelector: "app=anew" });
  expect(pods.items.map(({ spec }) => spec.containers[0]?.image)).toEqual(["busybox:2", "busybox:2", "busybox:2"]);
});

test("a service's slices and Endpoints show the ready pods, and lose them when they go", async () => {
  await client.create(resources.deployments, web("served", 3));
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "served", namespace },
    spec: { selector: { app: "served" }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  await client.create(resources.services, service);
  const addresses = async () => {
    const { items } = await client.list<EndpointSlice>(resources.endpointslices, {
      namespace,
      labelSelector: "kubernetes.io/service-name=served",
    });
    return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready);
  };
  await until(async () => (await addresses()).length === 3, soon("three endpoints"));
  const endpoints = await until(async () => {
    const found = await client.get<Endpoints>(resources.endpoints, key("served"));
    return found.subsets?.[0]?.addresses?.length === 3 && found;
  }, soon("three addresses"));
  expect(endpoints.subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: "TCP" }]);
  await client.patch(resources.deployments, key("served"), { type: "merge", body: { spec: { replicas: 1 } } });
  await until(async () => (await addresses()).length === 1, soon("one endpoint"));
});

test.each([
  ["one by one", { maxUnavailable: 1, maxSurge: 0 }, { ready: 1, onOneNode: 1 }],
  ["the new one first", { maxUnavailable: 0, maxSurge: 1 }, { ready: 2, onOneNode: 2 }],
])("a daemon set has one pod on each node of its affinity, and rolls them %s", async (_, rollingUpdate, limits) => {
  const name = `agent-${rollingUpdate.maxSurge}`;
  const notFirst = [{ key: "kubernetes.io/hostname", operator: "NotIn", values: ["node-0"] }];
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: notFirst }] },
  };
  const set = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { ...podSpec, affinity: { nodeAffinity } } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate },
    },
  };
  await client.create(resources.daemonsets, set as KubeObject);
  const done = () =>
    until(async () => {
      const { status, metadata } = await client.get<DaemonSet>(resources.daemonsets, key(name));
      const isSeen = status?.observedGeneration === metadata.generation && status?.updatedNumberScheduled === 2;
      return isSeen && status?.numberAvailable === 2 && status.desiredNumberScheduled === 2;
    }, soon("two daemons"));
  await done();
  const seen = { leastReady: 2, mostOnOneNode: 0 };
  const stop = await watchPods(`app=${name}`, (live) => {
    const placed = [...Map.groupBy(live, ({ spec }) => spec.nodeName).values()].map((pods) => pods.length);
    seen.leastReady = Math.min(seen.leastReady, live.filter(isReady).length);
    seen.mostOnOneNode = Math.max(seen.mostOnOneNode, ...placed);
  });
  const body = { spec: { template: { spec: { containers: [{ name: "c", image: "busybox:2" }] } } } };
  await client.patch(resources.daemonsets, key(name), { type: "strategic", body });
  await done();
  stop();
  expect(seen.leastReady).toBeGreaterThanOrEqual(limits.ready);
  expect(seen.mostOnOneNode).toBe(limits.onOneNode);
  // the set counts a new pod as available before the old one beside it goes
  await until(async () => {
    const { items } = await client.list<Pod>(resources.pods, { namespace, labelSelector: `app=${name}` });
    const current = items.filter(({ metadata }) => !metadata.deletionTimestamp);
    return (
      current
        .map(({ spec }) => spec.nodeName)
        .toSorted()
        .join() === "node-1,node-2"
    );
  }, soon("one daemon on each of its nodes"));
});

test("a stateful set makes its pods in order, rolls them from the last, and gives each its own name", async () => {
  const template = { metadata: { labels: { app: "db" } }, spec: podSpec };
  const set = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace },
    spec: { serviceName: "db", replicas: 3, selector: { matchLabels: { app: "db" } }, template },
  };
  const names: string[] = [];
  const stop = new AbortController();
  const pods = new Informer<Pod>(client, resources.pods, { labelSelector: "app=db" });
  pods.addHandler({ added: ({ metadata }) => names.push(metadata.name ?? "") });
  void pods.run(stop.signal);
  await client.create(resources.statefulsets, set);
  const settled = () =>
    until(async () => {
      const { status, metadata } = await client.get<StatefulSet>(resources.statefulsets, key("db"));
      const isDone = status?.observedGeneration === metadata.generation && status?.updatedReplicas === 3;
      return isDone && status?.readyReplicas === 3 && status.currentRevision === status.updateRevision;
    }, soon("the stateful set to settle"));
  await settled();
  const body = { spec: { template: { spec: { containers: [{ name: "c", image: "busybox:2" }] } } } };
  await client.patch(resources.statefulsets, key("db"), { type: "strategic", body });
  await settled();
  stop.abort();
  expect(names).toEqual(["db-0", "db-1", "db-2", "db-2", "db-1", "db-0"]);
});

const job = (name: string, fate: string, spec: Partial<Job["spec"]>) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, namespace },
  spec: {
    template: { metadata: { labels: { fate } }, spec: { ...podSpec, restartPolicy: "Never" as const } },
    ...spec,
  },
});

test("a job ends when enough pods have succeeded, and every pod is counted once", async () => {
  await client.create(resources.jobs, job("five", "succeed", { completions: 5, parallelism: 2 }));
  const done = await until(async () => {
    const found = await client.get<Job>(resources.jobs, key("five"));
    return conditionOf(found.status?.conditions, "Complete")?.status === "True" && found;
  }, soon("the job to complete"));
  expect(done.status).toMatchObject({ succeeded: 5, uncountedTerminatedPods: {} });
  expect(done.status?.active).toBeUndefined();
});

test("an indexed job runs each index", async () => {
  await client.create(
    resources.jobs,
    job("indexed", "succeed", { completions: 4, parallelism: 4, completionMode: "Indexed" }),
  );
  const done = await until(async () => {
    const found = await client.get<Job>(resources.jobs, key("indexed"));
    return conditionOf(found.status?.conditions, "Complete")?.status === "True" && found;
  }, soon("the job to complete"));
  expect(done.status?.completedIndexes).toBe("0-3");
});

test("a job whose pods fail gives up at its back-off limit", async () => {
  await client.create(resources.jobs, job("hopeless", "fail", { backoffLimit: 0 }));
  const done = await until(async () => {
    const found = await client.get<Job>(resources.jobs, key("hopeless"));
    return conditionOf(found.status?.conditions, "Failed")?.status === "True" && found;
  }, soon("the job to fail"));
  expect(conditionOf(done.status?.conditions, "Failed")).toMatchObject({ reason: "BackoffLimitExceeded" });
  expect(done.status?.failed).toBe(1);
});

test("deleting a deployment takes its sets and pods along; in the foreground it goes last", async () => {
  await client.create(resources.deployments, web("doomed", 2));
  await available("doomed", 2);
  await client.delete(resources.deployments, key("doomed"), { propagationPolicy: "Foreground" });
  await until(
    () => client.get(resources.deployments, key("doomed")).then(() => false, isNotFound),
    soon("the deployment to go"),
  );
  const left = await client.list(resources.replicasets, { namespace, labelSelector: "app=doomed" });
  expect(left.items).toEqual([]);
  await until(
    async () => (await client.list(resources.pods, { namespace, labelSelector: "app=doomed" })).items.length === 0,
    soon("the pods to go"),
  );
});

test("orphaning a deletion leaves the sets without an owner", async () => {
  await client.create(resources.deployments, web("parent", 1));
  await available("parent", 1);
  await client.delete(resources.deployments, key("parent"), { propagationPolicy: "Orphan" });
  await until(
    () => client.get(resources.deployments, key("parent")).then(() => false, isNotFound),
    soon("the deployment to go"),
  );
  const { items } = await client.list<ReplicaSet>(resources.replicasets, { namespace, labelSelector: "app=parent" });
  expect(items).toHaveLength(1);
  expect(items[0]?.metadata.ownerReferences).toBeUndefined();
});

const setsOf = async (app: string) =>
  (await client.list<ReplicaSet>(resources.replicasets, { namespace, labelSelector: `app=${app}` })).items;

test("a set that was orphaned is taken back by a deployment of the same template", async () => {
  const deployment = await client.create<Deployment>(resources.deployments, web("parent", 1));
  await available("parent", 1);
  const [set] = await setsOf("parent");
  expect(set?.metadata.ownerReferences?.[0]?.uid).toBe(deployment.metadata.uid);
  expect(await setsOf("parent")).toHaveLength(1);
});

test("where another's set has the name already, the deployment counts the collision and takes another name", async () => {
  await client.create(resources.deployments, web("taken", 1));
  await available("taken", 1);
  const [own] = await setsOf("taken");
  const name = own?.metadata.name ?? "";
  await client.delete(resources.deployments, key("taken"));
  await until(async () => (await setsOf("taken")).length === 0, soon("the deployment's set to go"));
  const labels = { app: "squatter" };
  await client.create(resources.replicasets, {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace, labels },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  });
  await client.create(resources.deployments, web("taken", 1));
  const { status } = await available("taken", 1);
  expect(status?.collisionCount).toBe(1);
  expect((await setsOf("taken")).map(({ metadata }) => metadata.name)).not.toContain(name);
});

test("deployments that are changed while they are first seen make one set each", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `hasty-${index}`);
  const annotate = (name: string, at: number) =>
    client.patch(resources.deployments, key(name), {
      type: "merge",
      body: { metadata: { annotations: { at: String(at) } } },
    });
  await Promise.all(
    names.map(async (name) => {
      await client.create(resources.deployments, web(name, 1));
      for (let at = 0; at < 5; at++) await annotate(name, at);
    }),
  );
  for (const name of names) {
    const { status } = await available(name, 1);
    expect(status?.collisionCount).toBeUndefined();
    expect(await setsOf(name)).toHaveLength(1);
  }
});

test("a namespace goes with everything inside", async () => {
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "short" } });
  await until(
    async () => (await client.list(resources.serviceaccounts, { namespace: "short" })).items.length === 1,
    soon("its service account"),
  );
  await client.create(resources.deployments, { ...web("inside", 3), metadata: { name: "inside", namespace: "short" } });
  await client.create(resources.configmaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "short" },
    data: { a: "b" },
  });
  await until(
    async () => (await client.list(resources.pods, { namespace: "short" })).items.length === 3,
    soon("its pods"),
  );
  await client.delete(resources.namespaces, { name: "short" });
  await until(
    () => client.get(resources.namespaces, { name: "short" }).then(() => false, isNotFound),
    soon("the namespace to go"),
  );
  expect((await client.list(resources.configmaps, { namespace: "short" })).items).toEqual([]);
});
