import { isDeepStrictEqual } from "node:util";
import type { KubeClient } from "../../../kube/client.ts";
import type { KubeObject, Resource } from "../../../kube/object.ts";

/** Writes a status by PUT if it differs from what the object has; undefined fields count as absent. */
export async function updateStatus<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  object: T,
  status: unknown,
): Promise<T> {
  const wanted: unknown = JSON.parse(JSON.stringify(status));
  if (isDeepStrictEqual(wanted, object.status ?? {})) return object;
  return client.update(resource, { ...object, status: wanted }, { subresource: "status" });
}
