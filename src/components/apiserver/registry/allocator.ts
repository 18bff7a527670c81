import type { KubeObject } from "../../../kube/object.ts";
import type { ResourceType } from "../resources/resource-type.ts";

/** What was reserved for a write, and what that write gives up. */
export type Reservation = {
  /** The write was done: frees what the object no longer holds. */
  readonly commit: () => Promise<void>;
  /** The write failed: frees what was reserved for it. */
  readonly undo: () => Promise<void>;
};

/** Reserves what must be unique in the cluster (addresses, ports) just before an object is written. */
export type Allocator = {
  /** Fills in and reserves. Throws ApiError when nothing is free. */
  allocate(type: ResourceType, object: KubeObject, old: KubeObject | undefined): Promise<Reservation>;
  /** Frees what a deleted object held. */
  release(type: ResourceType, object: KubeObject): Promise<void>;
};
