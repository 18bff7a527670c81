import type { Host } from "../../../hosts/host.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";
import {
  acquireLock,
  type LockOwner,
  lockAnswer,
  lockExpiresMs,
  lockRenewMs,
  lockTaken,
  releaseLock,
  renewLock,
} from "../journal/lock.ts";
import type { WorkflowRun } from "./workflow-run.ts";

type LockWish = WorkflowRun<never>["lock"] & { readonly path: string };

/** A host's lock, held from the first batch of a run to its end. */
export class HostLock {
  private readonly host: Host;
  private readonly wish: LockWish;
  private renewal: NodeJS.Timeout | undefined;

  constructor(host: Host, wish: LockWish) {
    this.host = host;
    this.wish = wish;
  }

  /** The operation that takes the lock; goes with the first batch of a run that writes. */
  request(): Op {
    return acquireLock(this.wish.path, this.wish.owner);
  }

  /** Settles what `request` answered: holds the lock, takes over a dead one, or throws HOST_LOCKED. */
  async settle(result: OpResult | undefined, tell: (text: string) => void): Promise<void> {
    const answer = lockAnswer(result);
    if (answer.kind === "taken") {
      if (!this.mayTakeOver(answer.by, answer.idleMs)) throw lockTaken(answer.by, answer.idleMs);
      tell(`taking over the lock of run ${answer.by.run} (${answer.by.user}@${answer.by.machine})`);
      const second = lockAnswer(
        (await this.host.batch([acquireLock(this.wish.path, this.wish.owner, answer.by.run)]))[0],
      );
      if (second.kind === "taken") throw lockTaken(second.by, second.idleMs);
    }
    this.renewal = setInterval(() => this.renew(), lockRenewMs).unref();
  }

  /** Proves that the lock is still held; goes in front of whatever writes. */
  guard(): Op {
    return renewLock(this.wish.path, this.wish.owner.run);
  }

  /** Runs the last operations and lets go. A lock that can't be released any more, as the host is gone, expires. */
  async release(last: readonly Op[]): Promise<void> {
    if (this.renewal === undefined) return;
    clearInterval(this.renewal);
    await this.host.batch([...last, releaseLock(this.wish.path, this.wish.owner.run)]).catch(() => {});
  }

  private mayTakeOver(by: LockOwner, idleMs: number): boolean {
    return this.wish.isBreaking || idleMs > lockExpiresMs || this.wish.isDead(by);
  }

  /** A renewal that fails is no news: the next batch will tell of a lost connection. */
  private renew(): void {
    this.host.batch([this.guard()]).catch(() => {});
  }
}
