import { setTimeout as sleep } from "node:timers/promises";
import { SlipwayError } from "../../base/errors.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../api-error.ts";
import type { KubeClient } from "../client.ts";
import type { Lease } from "../kinds/lease.ts";
import { resources } from "../resources.ts";
import { heldBy, type LeaseTerms, mayTake, type Observed, observe, released } from "./lease-record.ts";

export type Clock = {
  /** Milliseconds that only grow, also while the process is stopped (CLOCK_MONOTONIC). */
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
};
const systemClock: Clock = { monotonicMs: () => performance.now(), wallMs: Date.now };

const jitter = 1.2;
const releaseWithinMs = 2_000;

/**
 * Leadership by a Lease (client-go's LeaderElector). `held()` is the fence: false as soon as the renew deadline has
 * passed without a renewal, by this machine's clock, even if the process was stopped and no timer has run yet.
 */
export class LeaderElection {
  readonly #client: KubeClient;
  readonly #terms: LeaseTerms;
  readonly #clock: Clock;
  readonly #random: () => number;
  #observed: Observed | undefined;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(client: KubeClient, terms: LeaseTerms, { clock = systemClock, random = Math.random } = {}) {
    this.#client = client;
    this.#terms = terms;
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether this process may act as the leader right now. */
  held(): boolean {
    return this.#clock.monotonicMs() < this.#renewedAtMs + this.#terms.renewDeadlineMs;
  }

  get leader(): string {
    return this.#observed?.lease.spec?.holderIdentity ?? "";
  }

  /** Waits until the lease is ours. Rejects only when the signal aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    while (!(await this.#tryOnce(signal))) {
      await sleep(this.#terms.retryPeriodMs * (1 + (jitter - 1) * this.#random()), undefined, { signal });
    }
  }

  /** Renews until the signal aborts (resolves) or the deadline passes without success (rejects with LEASE_LOST). */
  async keep(signal: AbortSignal): Promise<void> {
    // periods count from the begin of each attempt: a slow server must not make the renewals rarer
    for (let beganAtMs = this.#renewedAtMs; !signal.aborted; ) {
      const waitMs = beganAtMs + this.#terms.retryPeriodMs - this.#clock.monotonicMs();
      await sleep(Math.max(0, waitMs), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      beganAtMs = this.#clock.monotonicMs();
      const renewed = this.held() && (await this.#tryOnce(AbortSignal.any([signal, this.#deadline()])));
      if (!renewed && !signal.aborted && (!this.held() || this.leader !== this.#terms.identity))
        throw lost(this.#terms);
    }
  }

  /** Gives the lease back, if it is ours, so that a standby starts at once; a server that hangs must not hold up our end. */
  async release(): Promise<void> {
    if (!this.held() || this.#observed === undefined) return;
    this.#renewedAtMs = Number.NEGATIVE_INFINITY;
    const lease = released(this.#observed.lease, this.#clock.wallMs());
    await this.#client.update(resources.leases, lease, { signal: AbortSignal.timeout(releaseWithinMs) });
  }

  /** Ends an attempt that outlives the right to lead. */
  #deadline(): AbortSignal {
    const leftMs = this.#renewedAtMs + this.#terms.renewDeadlineMs - this.#clock.monotonicMs();
    return AbortSignal.timeout(Math.max(0, Math.floor(leftMs)));
  }

  /** True when the lease is ours now; a server that can't be asked or a lost race counts as "not yet". */
  async #tryOnce(signal: AbortSignal): Promise<boolean> {
    try {
      const lease = (await this.#read(signal)) ?? this.#emptyLease();
      this.#observed = observe(this.#observed, lease, this.#clock.monotonicMs());
      if (!mayTake(this.#observed, this.#terms, this.#clock.monotonicMs())) return false;
      // nobody can have seen the renewal before it was sent, so that others' waiting ends later than our right
      const sentAtMs = this.#clock.monotonicMs();
      const taken = await this.#write(heldBy(lease, this.#terms, this.#clock.wallMs()), signal);
      this.#observed = observe(this.#observed, taken, this.#clock.monotonicMs());
      this.#renewedAtMs = sentAtMs;
      return true;
    } catch (thrown) {
      if (isConflict(thrown) || isAlreadyExists(thrown) || !signal.aborted) return false;
      if (this.#renewedAtMs === Number.NEGATIVE_INFINITY) throw thrown;
      return false;
    }
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { namespace, name } = this.#terms;
    try {
      return await this.#client.get<Lease>(resources.leases, { namespace, name }, { signal });
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  #write(lease: Lease, signal: AbortSignal): Promise<Lease> {
    if (lease.metadata.resourceVersion) return this.#client.update(resources.leases, lease, { signal });
    return this.#client.create(resources.leases, lease, { signal });
  }

  #emptyLease(): Lease {
    const { namespace, name } = this.#terms;
    return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { namespace, name } };
  }
}

function lost({ namespace, name }: LeaseTerms): SlipwayError {
  return new SlipwayError({
    code: "LEASE_LOST",
    exit: "clusterApi",
    message: `lost the lease ${namespace}/${name}: it could not be renewed in time`,
    remedy: "nothing, if a standby took over; otherwise see why the API server did not answer",
  });
}
