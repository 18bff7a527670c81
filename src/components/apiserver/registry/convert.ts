import type { KubeObject } from "../../../kube/object.ts";
import { conversions } from "../resources/conversions.ts";
import { apiVersionOf, type ResourceType } from "../resources/resource-type.ts";

/** Whether what stands in etcd has another apiVersion than the resource is served in. */
export function isConverted(type: ResourceType): boolean {
  return type.storageVersion !== apiVersionOf(type);
}

/** The form that is stored. */
export function toStorage(object: KubeObject, type: ResourceType): KubeObject {
  return isConverted(type) ? between(object, type, type.storageVersion) : object;
}

/** The form that is served. */
export function fromStorage(object: KubeObject, type: ResourceType): KubeObject {
  return object.apiVersion === apiVersionOf(type) ? object : between(object, type, apiVersionOf(type));
}

export function servedBody(body: Buffer, type: ResourceType): Buffer {
  if (!isConverted(type)) return body;
  return Buffer.from(JSON.stringify(fromStorage(JSON.parse(body.toString()) as KubeObject, type)));
}

/** Custom resources differ between versions in their apiVersion alone (conversion strategy None). */
function between(object: KubeObject, { kind, custom }: ResourceType, apiVersion: string): KubeObject {
  const convert = custom ? undefined : conversions[`${kind} ${object.apiVersion} ${apiVersion}`];
  return convert ? convert(object) : { ...object, apiVersion };
}
