import type { Informer } from "../../../kube/informer/informer.ts";
import type { Store } from "../../../kube/informer/store.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { controllerOf } from "../../../kube/owner.ts";

const index = "controller";

/** Makes an informer find objects by the uid of their controller, and orphans by their namespace. */
export function indexByController<T extends KubeObject>(informer: Informer<T>): Informer<T> {
  informer.store.addIndex(index, ({ metadata }) => [
    controllerOf(metadata)?.uid ?? `orphans of ${metadata.namespace ?? ""}`,
  ]);
  return informer;
}

export function controlledBy<T extends KubeObject>(store: Store<T>, owner: KubeObject): T[] {
  return store.byIndex(index, owner.metadata.uid ?? "");
}

/** What the owner controls, and the orphans that it might adopt. */
export function claimable<T extends KubeObject>(store: Store<T>, owner: KubeObject): T[] {
  return [...controlledBy(store, owner), ...store.byIndex(index, `orphans of ${owner.metadata.namespace ?? ""}`)];
}
