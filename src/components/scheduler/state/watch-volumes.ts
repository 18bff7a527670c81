import type { Informers } from "../../../kube/informer/informers.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../../kube/kinds/volume-claim.ts";
import { resources } from "../../../kube/resources.ts";
import type { Volumes } from "./snapshot.ts";

/** Volumes, claims and classes as the watches tell them; `changed` is called on every change. */
export function watchVolumes(informers: Informers, changed: () => void): Volumes {
  const claims = informers.of<PersistentVolumeClaim>(resources.persistentvolumeclaims);
  const volumes = informers.of<PersistentVolume>(resources.persistentvolumes);
  const classes = informers.of<StorageClass>(resources.storageclasses);
  volumes.store.addIndex("class", ({ spec }) => [spec.storageClassName ?? ""]);
  for (const informer of [claims, volumes, classes]) {
    informer.addHandler({ added: changed, updated: changed });
  }
  return {
    claim: (key) => claims.store.get(key),
    volume: (name) => volumes.store.get(name),
    availableVolumes: (storageClass) => volumes.store.byIndex("class", storageClass),
    storageClass: (name) => classes.store.get(name),
  };
}
