import type { KubeObject } from "../../../kube/object.ts";
import type { ResourceType } from "../resources/resource-type.ts";

/** Reserves what must be unique in the cluster (addresses, ports) just before an object is written. */
export type Allocator = {
  /** Fills in and reserves; the result undoes that when the write fails. Throws ApiError when nothing is free. */
  allocate(type: ResourceType, object: KubeObject, old: KubeObject | undefined): Promise<() => Promise<void>>;
  /** Frees what a deleted object held. */
  release(type: ResourceType, object: KubeObject): Promise<void>;
};
