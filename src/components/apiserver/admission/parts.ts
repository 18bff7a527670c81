import type { KubeObject } from "../../../kube/object.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import type { Rbac } from "../authz/rbac/rbac.ts";
import type { Catalog } from "../resources/catalog.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { ObjectStore } from "../storage/object-store.ts";

/** What admission plugins look things up with. */
export type AdmissionParts = {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
  readonly now: () => Date;
  readonly defaults: { readonly notReadySeconds: number; readonly unreachableSeconds: number };
};

/** An object out of the watch cache or, when it is not there, from etcd. */
export async function lookUp(
  { store, catalog }: AdmissionParts,
  {
    group = "",
    version = "v1",
    resource,
    namespace = "",
    name,
  }: { group?: string; version?: string; resource: string; namespace?: string; name: string },
): Promise<KubeObject | undefined> {
  const type = catalog.find(group, version, resource);
  if (!type || !name) return undefined;
  return ((await store.peek(type, namespace, name)) ?? (await store.fresh(type, namespace, name)))?.object;
}

/** Every object of a resource, in one namespace or in all. */
export async function listAll(
  { store, catalog }: AdmissionParts,
  {
    group = "",
    version = "v1",
    resource,
    namespace,
  }: { group?: string; version?: string; resource: string; namespace?: string },
): Promise<KubeObject[]> {
  const type = catalog.find(group, version, resource);
  if (!type) return [];
  const cache = await store.cache(type);
  const prefix = namespace ? `${cache.prefix}${namespace}/` : cache.prefix;
  return cache.keys
    .withPrefix(prefix)
    .flatMap((key) => cache.entries.get(key) ?? [])
    .map(({ body }) => JSON.parse(body.toString()) as KubeObject);
}

export function isCore({ group, resource }: ResourceType, wanted: string): boolean {
  return group === "" && resource === wanted;
}
