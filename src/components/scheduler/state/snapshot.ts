import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../kube/kinds/volume-claim.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

/** Everything that a scheduling decision may depend on. Decisions read it and change nothing. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[];
  /** The cluster without the pods that are only expected on their nodes, where this one has such. */
  readonly actual?: Snapshot | undefined;
  node(name: string): NodeInfo | undefined;
  /** Scheduled pods of a namespace with the nodes that they are on. */
  podsIn(namespace: string): Iterable<PlacedPod>;
  allPods(): Iterable<PlacedPod>;
  /** Scheduled pods that have inter-pod affinity or anti-affinity of their own. */
  podsWithAffinity(): Iterable<PlacedPod>;
  /** Scheduled pods of one controller. */
  podsOf(controllerUid: string): Iterable<PlacedPod>;
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  readonly volumes: Volumes;
  /** How many nodes have an image. */
  readonly imageSpread: (image: string) => number;
}

export type PlacedPod = { readonly info: PodInfo; readonly nodeName: string };

export interface Volumes {
  claim(key: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  availableVolumes(storageClass: string): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
}
