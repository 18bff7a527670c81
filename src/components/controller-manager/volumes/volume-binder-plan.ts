import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../kube/kinds/volume-claim.ts";
import { defaultClass } from "../../../kube/volumes/default-class.ts";
import { canBind, isReservedFor, smallestFit } from "../../../kube/volumes/match-volume.ts";

export const boundByController = "pv.kubernetes.io/bound-by-controller";
export const bindCompleted = "pv.kubernetes.io/bind-completed";
const selectedNode = "volume.kubernetes.io/selected-node";

export type ClaimPlan =
  | { readonly kind: "bind"; readonly volume: PersistentVolume }
  /** An external provisioner shall make a volume. */
  | { readonly kind: "provision"; readonly provisioner: string }
  | { readonly kind: "wait"; readonly reason?: string; readonly message?: string }
  /** It asked for no class, and there is a default by now (KEP-3333). */
  | { readonly kind: "classify"; readonly storageClass: string }
  | { readonly kind: "lost" }
  | { readonly kind: "done" };

/** What becomes of a claim, with the volumes and the classes as they are. */
export function claimPlan(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  classes: readonly StorageClass[],
): ClaimPlan {
  const { spec, metadata, status } = claim;
  if (metadata.annotations?.[bindCompleted] !== undefined) {
    const volume = volumes.find((one) => one.metadata.name === spec.volumeName);
    if (!volume) return { kind: "lost" };
    return status?.phase === "Bound" && isReservedFor(volume, claim) ? { kind: "done" } : { kind: "bind", volume };
  }
  if (spec.volumeName) {
    const wanted = volumes.find((one) => one.metadata.name === spec.volumeName);
    return wanted && canBind(wanted, claim) ? { kind: "bind", volume: wanted } : { kind: "wait" };
  }
  return findOrProvision(claim, volumes, classes);
}

function findOrProvision(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  classes: readonly StorageClass[],
): ClaimPlan {
  const storageClass = classes.find(({ metadata }) => metadata.name === claim.spec.storageClassName);
  const reserved = volumes.find((volume) => isReservedFor(volume, claim));
  if (reserved) return { kind: "bind", volume: reserved };
  const node = claim.metadata.annotations?.[selectedNode];
  if (storageClass?.volumeBindingMode === "WaitForFirstConsumer" && node === undefined) {
    return {
      kind: "wait",
      reason: "WaitForFirstConsumer",
      message: "waiting for first consumer to be created before binding",
    };
  }
  const found = smallestFit(volumes.filter((volume) => canBind(volume, claim)));
  if (found && node === undefined) return { kind: "bind", volume: found };
  if (storageClass && storageClass.provisioner !== "kubernetes.io/no-provisioner") {
    return { kind: "provision", provisioner: storageClass.provisioner };
  }
  const fallback = claim.spec.storageClassName === undefined ? defaultClass(classes)?.metadata.name : undefined;
  if (fallback) return { kind: "classify", storageClass: fallback };
  return {
    kind: "wait",
    reason: "FailedBinding",
    message: "no persistent volumes available for this claim and no storage class is set",
  };
}

export type VolumePhase = NonNullable<NonNullable<PersistentVolume["status"]>["phase"]>;

/** The phase of a volume: its claim tells whether it is bound, and its absence what the reclaim policy says. */
export function volumePhase({ spec }: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePhase {
  const { claimRef } = spec;
  if (!claimRef) return "Available";
  if (claim && (!claimRef.uid || claimRef.uid === claim.metadata.uid)) return claimRef.uid ? "Bound" : "Available";
  return claimRef.uid ? "Released" : "Available";
}
