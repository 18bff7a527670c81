import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import type { ResourceType } from "../resources/resource-type.ts";

export function hasSubresource(type: ResourceType, name: string): boolean {
  return type.subresources.some((one) => one.name === name);
}

/** What a write to the object itself keeps from the old one: its status. */
export function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old.status === undefined) delete object.status;
  else object.status = old.status;
}

/** What a write to the status takes: status and metadata; all else stays as it is. */
export function onlyStatus(object: KubeObject, old: KubeObject): KubeObject {
  const metadata = { ...object.metadata };
  if (old.metadata.ownerReferences) metadata.ownerReferences = old.metadata.ownerReferences;
  else delete metadata.ownerReferences;
  const { status } = object;
  return { ...old, metadata, ...(status === undefined ? { status: {} } : { status }) };
}

/** Whether anything but metadata and status differs: what metadata.generation counts. */
export function specChanged(object: KubeObject, old: KubeObject): boolean {
  const { metadata: _meta, status: _status, ...spec } = object;
  const { metadata: _oldMeta, status: _oldStatus, ...oldSpec } = old;
  return !isDeepStrictEqual(spec, oldSpec);
}
