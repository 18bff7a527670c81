import type { Lease } from "../kinds/lease.ts";
import { rfc3339Micro } from "../rfc3339.ts";

export type LeaseTerms = {
  readonly identity: string;
  readonly namespace: string;
  readonly name: string;
  /** How long others wait after the last renewal that they saw. */
  readonly leaseDurationMs: number;
  /** How long the leader may go on without a renewal; less than the lease duration. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
};

/** The lease as one candidate last saw it, with its own clock's time of the last change. */
export type Observed = { readonly lease: Lease; readonly changedAtMs: number };

/** Takes a new look: the time moves only when the record did, since clocks of two machines can't be compared. */
export function observe(last: Observed | undefined, lease: Lease, nowMs: number): Observed {
  const same = last && JSON.stringify(last.lease.spec) === JSON.stringify(lease.spec);
  return same ? { lease, changedAtMs: last.changedAtMs } : { lease, changedAtMs: nowMs };
}

/** Whether this candidate may write itself into the lease: it holds it, nobody does, or it ran out. */
export function mayTake(
  { lease, changedAtMs }: Observed,
  { identity, leaseDurationMs }: LeaseTerms,
  nowMs: number,
): boolean {
  const holder = lease.spec?.holderIdentity ?? "";
  return holder === "" || holder === identity || nowMs >= changedAtMs + leaseDurationMs;
}

/** The lease with this candidate as its holder, renewed at `wallMs`. */
export function heldBy(lease: Lease, { identity, leaseDurationMs }: LeaseTerms, wallMs: number): Lease {
  const now = rfc3339Micro(wallMs);
  const old = lease.spec ?? {};
  const renewed = old.holderIdentity === identity;
  return {
    ...lease,
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      acquireTime: renewed ? (old.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (old.leaseTransitions ?? 0) + (renewed || !lease.metadata.resourceVersion ? 0 : 1),
    },
  };
}

/** The lease given back, so that another need not wait for its end. */
export function released(lease: Lease, wallMs: number): Lease {
  const now = rfc3339Micro(wallMs);
  const { leaseTransitions = 0 } = lease.spec ?? {};
  return {
    ...lease,
    spec: { holderIdentity: "", leaseDurationSeconds: 1, acquireTime: now, renewTime: now, leaseTransitions },
  };
}
