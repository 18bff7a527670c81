import type { KubeObject } from "../../../kube/object.ts";
import type { Catalog } from "../resources/catalog.ts";
import type { ObjectStore } from "../storage/object-store.ts";

/** Reads an object of the core group out of the watch cache, and once more from etcd when it is not there. */
export type ObjectReader = (resource: string, namespace: string, name: string) => Promise<KubeObject | undefined>;

export function coreReader(store: ObjectStore, catalog: Catalog): ObjectReader {
  return async (resource, namespace, name) => {
    const type = catalog.find("", "v1", resource);
    if (!type || !name) return undefined;
    return ((await store.peek(type, namespace, name)) ?? (await store.fresh(type, namespace, name)))?.object;
  };
}
