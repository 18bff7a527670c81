import { defaultClass } from "../../../kube/volumes/default-class.ts";
import { ensured, type Fields } from "../defaulting/missing.ts";
import type { AdmissionPlugin } from "./chain.ts";
import { type AdmissionParts, isCore, listAll } from "./parts.ts";

const protection: Readonly<Record<string, string>> = {
  persistentvolumes: "kubernetes.io/pv-protection",
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
};

/** Claims without a class get the default one; of several, the newest. */
export function defaultStorageClass(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "DefaultStorageClass",
    async mutate({ object, type, subresource, operation }) {
      if (!object || subresource || operation !== "CREATE" || !isCore(type, "persistentvolumeclaims")) return;
      const spec = ensured(object as Fields, "spec");
      const annotated = object.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"];
      if (spec.storageClassName !== undefined || annotated !== undefined) return;
      const chosen = defaultClass(await listAll(parts, { group: "storage.k8s.io", resource: "storageclasses" }));
      if (chosen?.metadata.name) spec.storageClassName = chosen.metadata.name;
    },
  };
}

/** Volumes and claims stay until nothing uses them. */
export function storageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: "StorageObjectInUseProtection",
    mutate({ object, type, subresource, operation }) {
      const finalizer = type.group === "" ? protection[type.resource] : undefined;
      if (!object || subresource || operation !== "CREATE" || !finalizer) return;
      const finalizers = object.metadata.finalizers ?? [];
      if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
    },
  };
}
