import type { KubeObject } from "../object.ts";

/** coordination.k8s.io/v1 Lease; times are MicroTime. */
export type Lease = KubeObject & {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
};
