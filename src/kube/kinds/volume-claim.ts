import type { Condition } from "../conditions.ts";
import type { LabelSelector } from "../label-selector.ts";
import type { KubeObject } from "../object.ts";
import type { NodeSelector } from "./affinity.ts";
import type { ObjectReference } from "./endpoints.ts";

export type PersistentVolumeClaimSpec = {
  accessModes?: string[];
  resources?: { requests?: Record<string, string> };
  storageClassName?: string;
  volumeMode?: "Filesystem" | "Block";
  volumeName?: string;
  selector?: LabelSelector;
};

/** core/v1 PersistentVolumeClaim. */
export type PersistentVolumeClaim = KubeObject & {
  spec: PersistentVolumeClaimSpec;
  status?: {
    phase?: "Pending" | "Bound" | "Lost";
    accessModes?: string[];
    capacity?: Record<string, string>;
    conditions?: Condition[];
  };
};

/** core/v1 PersistentVolume. */
export type PersistentVolume = KubeObject & {
  spec: {
    capacity?: Record<string, string>;
    accessModes?: string[];
    claimRef?: ObjectReference;
    storageClassName?: string;
    volumeMode?: "Filesystem" | "Block";
    persistentVolumeReclaimPolicy?: "Retain" | "Delete" | "Recycle";
    nodeAffinity?: { required?: NodeSelector };
    [source: string]: unknown;
  };
  status?: { phase?: "Available" | "Bound" | "Released" | "Failed" | "Pending"; message?: string; reason?: string };
};

/** storage.k8s.io/v1 StorageClass. */
export type StorageClass = KubeObject & {
  provisioner: string;
  volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
  reclaimPolicy?: "Retain" | "Delete";
  allowedTopologies?: { matchLabelExpressions?: { key: string; values: string[] }[] }[];
};
