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
  /** With `unblocks` it must no longer hold up its owners: they wait for it in a circle. */
  | { readonly kind: "delete"; readonly policy: DeletionPolicy; readonly unblocks?: boolean };

/** What is below an object, and whether some of it is already waiting for what is below itself. */
export type Below = { readonly hasDependents: boolean; readonly someWait: boolean };

/** Whether an object with these owners is garbage (upstream's attemptToDeleteItem). */
export function verdictOn(metadata: ObjectMeta, owners: readonly Owner[], { hasDependents, someWait }: Below): Verdict {
  if (owners.length === 0) return { kind: "keep" };
  const isSolid = ({ state }: Owner) => state === "solid" || state === "unknown";
  const others = owners.filter((owner) => !isSolid(owner));
  if (owners.some(isSolid)) {
    return others.length === 0
      ? { kind: "keep" }
      : { kind: "unlink", uids: others.map(({ reference }) => reference.uid) };
  }
  // an owner that waits wants all of the tree below it gone before it goes itself
  if (owners.some(({ state }) => state === "waiting") && hasDependents) {
    return { kind: "delete", policy: "Foreground", ...(someWait ? { unblocks: true } : {}) };
  }
  return { kind: "delete", policy: policyOf(metadata) };
}

function policyOf({ finalizers = [] }: ObjectMeta): DeletionPolicy {
  if (finalizers.includes(orphanFinalizer)) return "Orphan";
  return finalizers.includes(foregroundFinalizer) ? "Foreground" : "Background";
}
