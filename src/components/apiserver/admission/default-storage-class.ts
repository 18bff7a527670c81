import { ensured } from "../defaulting/missing.ts";
import type { AdmissionPlugin } from "./chain.ts";
import { type AdmissionParts, isCore, listAll } from "./parts.ts";

const defaultAnnotations = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];
const oldClassAnnotation = "volume.beta.kubernetes.io/storage-class";

/** A claim that names no class gets the newest of the default ones (plugin/pkg/admission/storage/storageclass/setdefault). */
export function defaultStorageClass(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "DefaultStorageClass",
    async mutate({ operation, type, subresource, object }) {
      if (operation !== "CREATE" || !isCore(type, "persistentvolumeclaims") || subresource || !object) return;
      const spec = ensured(object, "spec");
      // the empty name is a wish as well: no class at all
      if (typeof spec.storageClassName === "string" || object.metadata.annotations?.[oldClassAnnotation] !== undefined)
        return;
      const classes = await listAll(parts, { group: "storage.k8s.io", resource: "storageclasses" });
      const [newest] = classes
        .filter(({ metadata }) => defaultAnnotations.some((name) => metadata.annotations?.[name] === "true"))
        .sort(
          (a, b) =>
            (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? "") ||
            (a.metadata.name ?? "").localeCompare(b.metadata.name ?? ""),
        );
      if (newest) spec.storageClassName = newest.metadata.name;
    },
  };
}
