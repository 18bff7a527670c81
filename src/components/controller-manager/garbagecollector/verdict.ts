import type { ObjectMeta, OwnerReference } from "../../../kube/object.ts";
import { foregroundFinalizer, orphanFinalizer } from "./owner-graph.ts";

/** What is known of an owner: it lives, it waits for its dependents to go, it is not there, or its kind is not known. */
export type OwnerState = "solid" | "waiting" | "absent" | "unknown";
export type Owner = { readonly reference: OwnerReference; readonly state: OwnerState };
export type DeletionPolicy = "Foreground" | "Background" | "Orphan";

export type Verdict =
  | { readonly kind: "keep" }
  /** Someone still owns it: only the references to others go. */
  | { readonly kind: "unlink"; readonly uids: readonly string[] }
  | { readonly kind: "delete"; readonly policy: DeletionPolicy };

/** Whether an object with these owners is garbage (upstream's attemptToDeleteItem). */
export function verdictOn(
  metadata: ObjectMeta,
  owners: readonly Owner[],
  { hasDependents }: { hasDependents: boolean },
): Verdict {
  if (owners.length === 0) return { kind: "keep" };
  const isSolid = ({ state }: Owner) => state === "solid" || state === "unknown";
  const others = owners.filter((owner) => !isSolid(owner));
  if (owners.some(isSolid)) {
    return others.length === 0
      ? { kind: "keep" }
      : { kind: "unlink", uids: others.map(({ reference }) => reference.uid) };
  }
  // an owner that waits wants all of the tree below it gone before it goes itself
  if (owners.some(({ state }) => state === "waiting") && hasDependents) return { kind: "delete", policy: "Foreground" };
  return { kind: "delete", policy: policyOf(metadata) };
}

function policyOf({ finalizers = [] }: ObjectMeta): DeletionPolicy {
  if (finalizers.includes(orphanFinalizer)) return "Orphan";
  return finalizers.includes(foregroundFinalizer) ? "Foreground" : "Background";
}
