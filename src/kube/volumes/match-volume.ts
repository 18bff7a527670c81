import type { PersistentVolume, PersistentVolumeClaim } from "../kinds/volume-claim.ts";
import { selects } from "../label-selector.ts";
import { wholeValue } from "../quantity.ts";

/** Whether a volume is free for a claim, or reserved for it, and is what it asks for (persistentvolume/index.go). */
export function canBind(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = volume.spec;
  if (volume.metadata.deletionTimestamp) return false;
  if (claimRef) return isReservedFor(volume, claim);
  if (volume.status?.phase !== undefined && volume.status.phase !== "Available") return false;
  return suits(volume, claim);
}

/** Whether somebody reserved the volume for just this claim. */
export function isReservedFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (claimRef?.name !== metadata.name || claimRef?.namespace !== metadata.namespace) return false;
  return !claimRef?.uid || claimRef.uid === metadata.uid;
}

/** Whether size, class, modes and labels of a volume are what a claim asks for. */
export function suits({ spec, metadata }: PersistentVolume, { spec: wanted }: PersistentVolumeClaim): boolean {
  if ((spec.storageClassName ?? "") !== (wanted.storageClassName ?? "")) return false;
  if ((spec.volumeMode ?? "Filesystem") !== (wanted.volumeMode ?? "Filesystem")) return false;
  if (wanted.selector && !selects(wanted.selector, metadata.labels)) return false;
  if (!(wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode))) return false;
  return sizeOf(spec.capacity) >= sizeOf(wanted.resources?.requests);
}

/** The volume that wastes least. */
export function smallestFit(volumes: readonly PersistentVolume[]): PersistentVolume | undefined {
  return volumes.toSorted((one, other) => sizeOf(one.spec.capacity) - sizeOf(other.spec.capacity))[0];
}

function sizeOf(list: Readonly<Record<string, string>> | undefined): number {
  return wholeValue(list?.storage);
}
