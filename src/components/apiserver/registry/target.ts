import { badRequest, type Subject } from "../http/api-error.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ResourceRequest } from "../http/request-info.ts";
import type { ResourceType } from "../resources/resource-type.ts";

/** A request for a resource that is served. */
export type Target = {
  readonly exchange: Exchange;
  readonly info: ResourceRequest;
  readonly type: ResourceType;
};

export function subjectOf({ info, type }: Target, name = info.name): Subject {
  return { group: type.group, resource: type.resource, name };
}

/** The namespace of the object in etcd: namespaces themselves are cluster-scoped. */
export function namespaceOf({ info, type }: Target): string {
  return type.namespaced ? info.namespace : "";
}

export function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll("dryRun");
  const wrong = values.find((value) => value !== "All");
  if (wrong !== undefined)
    throw badRequest(`Invalid value: "${wrong}": dryRun: Unsupported value: supported values: "All"`);
  return values.length > 0;
}
