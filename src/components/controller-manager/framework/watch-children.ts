import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { controllerOf } from "../../../kube/owner.ts";
import type { Expectations } from "./expectations.ts";

export type ChildWatch<C extends KubeObject> = {
  readonly ownerKind: string;
  readonly enqueue: (ownerKey: string) => void;
  /** The keys of owners that might adopt an orphan. */
  readonly adopters?: (orphan: C) => readonly string[];
  readonly expectations?: Expectations;
};

/**
 * Puts owners into a queue when what they control changes. The start of a graceful deletion counts as the deletion:
 * from then on a pod is none any more.
 */
export function watchChildren<C extends KubeObject>(children: Informer<C>, watch: ChildWatch<C>): void {
  const { enqueue, expectations } = watch;
  const ownerOf = (child: C) => ownerKeyOf(child, watch.ownerKind);
  const orphanSeen = (child: C) => {
    if (!controllerOf(child.metadata)) for (const key of watch.adopters?.(child) ?? []) enqueue(key);
  };
  const deleted = (child: C) => {
    const owner = ownerOf(child);
    if (owner === undefined) return;
    expectations?.deletionObserved(owner, keyOf(child));
    enqueue(owner);
  };
  const added = (child: C) => {
    const owner = ownerOf(child);
    if (owner === undefined) return orphanSeen(child);
    expectations?.creationObserved(owner);
    enqueue(owner);
  };
  const updated = (old: C, child: C) => {
    const [before, after] = [ownerOf(old), ownerOf(child)];
    if (before !== undefined && before !== after) enqueue(before);
    if (after === undefined) orphanSeen(child);
    else enqueue(after);
  };
  children.addHandler({
    added: (child) => (child.metadata.deletionTimestamp ? deleted(child) : added(child)),
    updated: (old, child) => (child.metadata.deletionTimestamp ? deleted(child) : updated(old, child)),
    deleted,
  });
}

/** The key of the controller, if it is of that kind. */
export function ownerKeyOf({ metadata }: KubeObject, kind: string): string | undefined {
  const owner = controllerOf(metadata);
  return owner?.kind === kind ? `${metadata.namespace}/${owner.name}` : undefined;
}
