import { ClusterState } from "../../../src/components/scheduler/state/cluster-state.ts";
import { podInfoOf } from "../../../src/components/scheduler/state/pod-info.ts";
import type { Volumes } from "../../../src/components/scheduler/state/snapshot.ts";
import type { Node } from "../../../src/kube/kinds/node.ts";
import type { Pod, PodSpec } from "../../../src/kube/kinds/pod.ts";

export const noVolumes: Volumes = {
  claim: () => undefined,
  volume: () => undefined,
  availableVolumes: () => [],
  storageClass: () => undefined,
};

export function nodeOf(
  name: string,
  {
    labels = {},
    allocatable = {},
    ...spec
  }: { labels?: Record<string, string>; allocatable?: Record<string, string> } & Node["spec"] = {},
): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec,
    status: { allocatable: { cpu: "4", memory: "8Gi", pods: "10", ...allocatable } },
  };
}

type PodWish = {
  cpu?: string;
  labels?: Record<string, string>;
  namespace?: string;
  spec?: Partial<PodSpec>;
  owner?: string;
};

export function podOf(name: string, { cpu, labels = {}, namespace = "default", spec = {}, owner }: PodWish = {}): Pod {
  const ownerReferences = owner
    ? [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: owner, controller: true }]
    : [];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid: name, labels, ownerReferences },
    spec: { containers: [{ name: "c", image: "app", ...(cpu ? { resources: { requests: { cpu } } } : {}) }], ...spec },
  };
}

export const infoOf = (name: string, wish: PodWish = {}) => podInfoOf(podOf(name, wish));

/** A cluster of nodes, and of pods by the name of the node that each is on. */
export function clusterOf(
  nodes: readonly Node[],
  pods: Readonly<Record<string, readonly Pod[]>> = {},
  volumes: Volumes = noVolumes,
): ClusterState {
  const state = new ClusterState({ volumes, namespaceLabels: (name) => ({ "kubernetes.io/metadata.name": name }) });
  for (const node of nodes) state.setNode(node);
  for (const [nodeName, list] of Object.entries(pods)) {
    for (const pod of list) state.setPod({ ...pod, spec: { ...pod.spec, nodeName } });
  }
  return state;
}
