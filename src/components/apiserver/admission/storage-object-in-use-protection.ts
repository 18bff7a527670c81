import type { AdmissionPlugin } from "./chain.ts";
import { isCore } from "./parts.ts";

const finalizers = [
  ["persistentvolumeclaims", "kubernetes.io/pvc-protection"],
  ["persistentvolumes", "kubernetes.io/pv-protection"],
] as const;

/** Volumes and claims in use outlive their deletion; the finalizer is taken away by the protection controllers. */
export function storageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: "StorageObjectInUseProtection",
    mutate({ operation, type, subresource, object }) {
      if (operation !== "CREATE" || subresource || !object) return;
      const finalizer = finalizers.find(([resource]) => isCore(type, resource))?.[1];
      if (!finalizer || object.metadata.finalizers?.includes(finalizer)) return;
      object.metadata.finalizers = [...(object.metadata.finalizers ?? []), finalizer];
    },
  };
}
