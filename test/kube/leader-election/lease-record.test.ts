import { expect, test } from "vitest";
import type { Lease } from "../../../src/kube/kinds/lease.ts";
import { heldBy, mayTake, observe, released } from "../../../src/kube/leader-election/lease-record.ts";

const terms = {
  identity: "me",
  namespace: "kube-system",
  name: "x",
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2000,
};
const lease = (spec: Lease["spec"] = {}): Lease => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "x", resourceVersion: "1" },
  spec,
});

test("another's lease may be taken only after it has not changed for its whole duration", () => {
  const seen = observe(undefined, lease({ holderIdentity: "other", renewTime: "t1" }), 1000);
  expect(mayTake(seen, terms, 15_999)).toBe(false);
  expect(mayTake(seen, terms, 16_000)).toBe(true);
});

test("a renewal starts the wait anew, by our own clock", () => {
  const first = observe(undefined, lease({ holderIdentity: "other", renewTime: "t1" }), 1000);
  const same = observe(first, lease({ holderIdentity: "other", renewTime: "t1" }), 9000);
  expect(same.changedAtMs).toBe(1000);
  const renewed = observe(same, lease({ holderIdentity: "other", renewTime: "t2" }), 10_000);
  expect(mayTake(renewed, terms, 24_000)).toBe(false);
});

test("our own lease and one that was given back may be taken at once", () => {
  expect(mayTake(observe(undefined, lease({ holderIdentity: "me" }), 0), terms, 1)).toBe(true);
  expect(mayTake(observe(undefined, released(lease({ holderIdentity: "other" }), 0), 0), terms, 1)).toBe(true);
});

test("taking over counts a transition, renewing doesn't", () => {
  const taken = heldBy(lease({ holderIdentity: "other", leaseTransitions: 4, acquireTime: "t0" }), terms, 0);
  expect(taken.spec).toMatchObject({
    holderIdentity: "me",
    leaseTransitions: 5,
    leaseDurationSeconds: 15,
    acquireTime: "1970-01-01T00:00:00.000000Z",
  });
  const renewed = heldBy(taken, terms, 2000);
  expect(renewed.spec).toMatchObject({
    leaseTransitions: 5,
    acquireTime: "1970-01-01T00:00:00.000000Z",
    renewTime: "1970-01-01T00:00:02.000000Z",
  });
});

test("a lease that is new has no transition yet", () => {
  const fresh: Lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "x" } };
  expect(heldBy(fresh, terms, 0).spec?.leaseTransitions).toBe(0);
});
