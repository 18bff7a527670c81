import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import type { EndpointSlice } from "../../../src/kube/kinds/endpoints.ts";
import type { Pod } from "../../../src/kube/kinds/pod.ts";
import type { PodDisruptionBudget, ResourceQuota } from "../../../src/kube/kinds/policy.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../../src/kube/kinds/volume-claim.ts";
import type { StatefulSet } from "../../../src/kube/kinds/workloads.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { HollowNodes } from "../control-plane/hollow-nodes.ts";

let plane: ControlPlane;
let client: KubeClient;
let nodes: HollowNodes;
const namespace = "default";
const key = (name: string) => ({ name, namespace });
const soon = (what: string) => ({ for: what, withinMs: 60_000, everyMs: 50 });
const podSpec = { containers: [{ name: "c", image: "busybox:1" }] };

beforeAll(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
  plane.runControllerManager();
  plane.runScheduler();
  nodes = new HollowNodes(client, { count: 2 });
  await nodes.start();
  await plane.whenPodsCanBeMade();
});
afterAll(async () => {
  nodes?.stop();
  await plane?.stop();
});

test("a claim gets the smallest volume that fits, and both say so", async () => {
  for (const storage of ["5Gi", "1Gi"]) {
    const spec = {
      capacity: { storage },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: "/tmp" },
      storageClassName: "manual",
    };
    await client.create(resources.persistentvolumes, {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `v-${storage.toLowerCase()}` },
      spec,
    });
  }
  // what the controller has not seen yet it can't choose
  await until(async () => {
    const { items } = await client.list<PersistentVolume>(resources.persistentvolumes);
    return items.length === 2 && items.every(({ status }) => status?.phase === "Available");
  }, soon("both volumes to be available"));
  const spec = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "manual",
    resources: { requests: { storage: "1Gi" } },
  };
  await client.create(resources.persistentvolumeclaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: key("data"),
    spec,
  });
  const claim = await until(async () => {
    const found = await client.get<PersistentVolumeClaim>(resources.persistentvolumeclaims, key("data"));
    return found.status?.phase === "Bound" && found;
  }, soon("the claim to be bound"));
  expect(claim).toMatchObject({ spec: { volumeName: "v-1gi" }, status: { capacity: { storage: "1Gi" } } });
  const volume = await client.get<PersistentVolume>(resources.persistentvolumes, { name: "v-1gi" });
  expect(volume).toMatchObject({
    status: { phase: "Bound" },
    spec: { claimRef: { name: "data", uid: claim.metadata.uid } },
  });
});

test("a claim in use outlives its deletion until its pod is gone, then its volume is released", async () => {
  const spec = {
    ...podSpec,
    terminationGracePeriodSeconds: 0,
    volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }],
  };
  await client.create(resources.pods, { apiVersion: "v1", kind: "Pod", metadata: key("user"), spec });
  await until(
    async () => (await client.get<Pod>(resources.pods, key("user"))).status?.phase === "Running",
    soon("the pod to run"),
  );
  await client.delete(resources.persistentvolumeclaims, key("data"));
  expect(
    (await client.get<PersistentVolumeClaim>(resources.persistentvolumeclaims, key("data"))).metadata.deletionTimestamp,
  ).toBeDefined();
  await client.delete(resources.pods, key("user"));
  await until(
    () => client.get(resources.persistentvolumeclaims, key("data")).then(() => false, isNotFound),
    soon("the claim to go"),
  );
  await until(
    async () =>
      (await client.get<PersistentVolume>(resources.persistentvolumes, { name: "v-1gi" })).status?.phase === "Released",
    soon("the release"),
  );
});

test("a claim that waits for its first consumer is bound where the pod goes", async () => {
  const provisioner = "kubernetes.io/no-provisioner";
  await client.create(resources.storageclasses, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "local" },
    provisioner,
    volumeBindingMode: "WaitForFirstConsumer",
  });
  const required = {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["node-1"] }] }],
  };
  const volumeSpec = {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    local: { path: "/tmp" },
    storageClassName: "local",
    nodeAffinity: { required },
  };
  await client.create(resources.persistentvolumes, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "on-node-1" },
    spec: volumeSpec,
  });
  const claimSpec = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "local",
    resources: { requests: { storage: "1Gi" } },
  };
  await client.create(resources.persistentvolumeclaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: key("local"),
    spec: claimSpec,
  });
  const volumes = [{ name: "d", persistentVolumeClaim: { claimName: "local" } }];
  await client.create(resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: key("consumer"),
    spec: { ...podSpec, volumes },
  });
  const pod = await until(async () => {
    const found = await client.get<Pod>(resources.pods, key("consumer"));
    return found.spec.nodeName !== undefined && found;
  }, soon("the pod to be bound"));
  expect(pod.spec.nodeName).toBe("node-1");
  expect(
    (await client.get<PersistentVolumeClaim>(resources.persistentvolumeclaims, key("local"))).spec.volumeName,
  ).toBe("on-node-1");
});

test("a claim that asked for no class gets the default one that comes later", async () => {
  await client.create(resources.persistentvolumeclaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: key("classless"),
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await client.create(resources.storageclasses, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "usual", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "example.com/disk",
  });
  const claim = await until(async () => {
    const found = await client.get<PersistentVolumeClaim>(resources.persistentvolumeclaims, key("classless"));
    return found.metadata.annotations?.["volume.kubernetes.io/storage-provisioner"] !== undefined && found;
  }, soon("the provisioner to be asked"));
  expect(claim.spec.storageClassName).toBe("usual");
  await client.delete(resources.storageclasses, { name: "usual" });
});

test("a stateful set's pods keep the claims of its templates, and give back those that its policy says", async () => {
  for (const index of [0, 1]) {
    await client.create(resources.persistentvolumes, {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `disk-${index}` },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: "/tmp" },
        storageClassName: "disks",
      },
    });
  }
  const labels = { app: "db" };
  const claimSpec = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "disks",
    resources: { requests: { storage: "1Gi" } },
  };
  await client.create(resources.statefulsets, {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: key("db"),
    spec: {
      serviceName: "db",
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...podSpec, terminationGracePeriodSeconds: 0 } },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec }],
      persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete", whenDeleted: "Retain" },
    },
  } as KubeObject);
  const ready = (replicas: number) =>
    until(
      async () => {
        const { status } = await client.get<StatefulSet>(resources.statefulsets, key("db"));
        return status?.readyReplicas === replicas && status.replicas === replicas;
      },
      soon(`${replicas} ready pods`),
    );
  await ready(2);
  const pod = await client.get<Pod>(resources.pods, key("db-1"));
  expect(pod.spec.volumes).toContainEqual({ name: "data", persistentVolumeClaim: { claimName: "data-db-1" } });
  // that the claim is bound is told after what its pod waits for
  const claim = await until(async () => {
    const found = await client.get<PersistentVolumeClaim>(resources.persistentvolumeclaims, key("data-db-1"));
    return found.status?.phase === "Bound" && found;
  }, soon("the claim to be told as bound"));
  expect(claim).toMatchObject({ metadata: { labels }, spec: claimSpec, status: { phase: "Bound" } });
  const first = await client.get(resources.persistentvolumeclaims, key("data-db-0"));
  await client.patch(resources.statefulsets, key("db"), { type: "merge", body: { spec: { replicas: 1 } } });
  await ready(1);
  await until(
    () => client.get(resources.persistentvolumeclaims, key("data-db-1")).then(() => false, isNotFound),
    soon("the second claim to go"),
  );
  const former = await client.get<Pod>(resources.pods, key("db-0"));
  await client.delete(resources.pods, key("db-0"));
  await until(async () => {
    const { items } = await client.list<Pod>(resources.pods, { namespace, labelSelector: "app=db" });
    return items[0]?.metadata.uid !== former.metadata.uid && items[0]?.status?.phase === "Running";
  }, soon("the first pod to be back"));
  const kept = await client.get(resources.persistentvolumeclaims, key("data-db-0"));
  expect(kept.metadata.uid).toBe(first.metadata.uid);
});

test("a budget counts its deployment's pods and says how many may go", async () => {
  const labels = { app: "guarded" };
  const spec = { replicas: 3, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } };
  await client.create(resources.deployments, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: key("guarded"),
    spec,
  });
  await client.create(resources.poddisruptionbudgets, {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: key("guard"),
    spec: { maxUnavailable: "34%", selector: { matchLabels: labels } },
  });
  const allowed = (count: number) => async () => {
    const { status } = await client.get<PodDisruptionBudget>(resources.poddisruptionbudgets, key("guard"));
    return status?.disruptionsAllowed === count && status.currentHealthy === 3 && status;
  };
  expect(await until(allowed(2), soon("the budget"))).toMatchObject({ expectedPods: 3, desiredHealthy: 1 });
});

test("a quota says what is used, and follows", async () => {
  const hard = { pods: "10", "count/configmaps": "20" };
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "limited" } });
  await client.create(resources.resourcequotas, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q", namespace: "limited" },
    spec: { hard },
  });
  const used = async () =>
    (await client.get<ResourceQuota>(resources.resourcequotas, { name: "q", namespace: "limited" })).status?.used;
  await until(async () => (await used())?.["count/configmaps"] === "1", soon("the CA to be counted"));
  await client.create(resources.configmaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "limited" },
  });
  await until(async () => (await used())?.["count/configmaps"] === "2", soon("the new one to be counted"));
});

test("Endpoints that are kept by hand get their slices", async () => {
  await client.create(resources.services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: key("manual"),
    spec: { ports: [{ port: 80 }] },
  });
  const subsets = [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 8080, protocol: "TCP" }] }];
  await client.create(resources.endpoints, { apiVersion: "v1", kind: "Endpoints", metadata: key("manual"), subsets });
  const slice = await until(async () => {
    const { items } = await client.list<EndpointSlice>(resources.endpointslices, {
      namespace,
      labelSelector: "kubernetes.io/service-name=manual",
    });
    return items[0];
  }, soon("the slice"));
  expect(slice).toMatchObject({
    endpoints: [{ addresses: ["192.0.2.1"], conditions: { ready: true } }],
    ports: [{ port: 8080 }],
  });
});
