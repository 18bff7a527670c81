import type { Key, ListOptions, WriteOptions } from "./client.ts";
import type { Resource } from "./object.ts";

/** `/api/v1/namespaces/ns/pods` for a collection; cluster-wide without a namespace. */
export function collectionPath({ group, version, resource }: Resource, namespace?: string): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ""}/${resource}`;
}

/** The path of one object, with its subresource. */
export function objectPath(resource: Resource, { name, namespace }: Key, subresource?: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}${subresource ? `/${subresource}` : ""}`;
}

/** `?a=b&c=d`, leaving out what is undefined; empty without any. */
export function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The query parameters of a list or watch, without its namespace and signal. */
export function selection(options: ListOptions): Record<string, string | number | undefined> {
  const { labelSelector, fieldSelector, limit, resourceVersion, resourceVersionMatch } = options;
  return { labelSelector, fieldSelector, limit, continue: options.continue, resourceVersion, resourceVersionMatch };
}

/** The query parameters of a write. */
export function writeQuery({ fieldManager, dryRun, force }: WriteOptions): string {
  return query({ fieldManager, dryRun: dryRun ? "All" : undefined, force });
}
