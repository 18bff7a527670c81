import { type Plugin, passes, rejection } from "../framework/plugin.ts";
import type { Snapshot } from "../state/snapshot.ts";
import { claimKeys } from "./volume-binding.ts";

const inUse = rejection(
  "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
);

/** A claim that only one pod at a time may have (ReadWriteOncePod) must not be in another's hands, wherever that runs. */
export const volumeRestrictions: Plugin = {
  name: "VolumeRestrictions",
  retryOn: ["PodDeleted", "Volumes"],
  filter({ pod, namespace }, snapshot) {
    const exclusive = claimKeys(pod).filter((key) =>
      snapshot.volumes.claim(key)?.spec.accessModes?.includes("ReadWriteOncePod"),
    );
    if (exclusive.length === 0 || !isTaken(exclusive, snapshot.podsIn(namespace))) return passes;
    return { kind: "checks", check: () => inUse };
  },
};

function isTaken(keys: readonly string[], placed: ReturnType<Snapshot["podsIn"]>): boolean {
  for (const { info } of placed) if (claimKeys(info.pod).some((key) => keys.includes(key))) return true;
  return false;
}
