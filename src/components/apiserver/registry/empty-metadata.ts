import type { ObjectMeta } from "../../../kube/object.ts";

const fields = ["labels", "annotations", "ownerReferences", "finalizers"] as const;

/** Maps and lists of the metadata that are empty are none, as in Go's JSON (omitempty); changes the metadata. */
export function dropEmpty(metadata: ObjectMeta): void {
  for (const field of fields) {
    const value = metadata[field];
    if (value && Object.keys(value).length === 0) delete metadata[field];
  }
}
