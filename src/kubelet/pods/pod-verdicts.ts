import type { Pod } from "../api/pod.ts";
import type { PodStatus } from "../api/pod-status.ts";
import type { PodVerdict } from "../status/pod-status.ts";
import type { Refusal } from "./admission.ts";

export type VerdictOptions = {
  readonly now: () => number;
  /** A pod has just been found to outlive its activeDeadlineSeconds. */
  onDeadline(pod: Pod, refusal: Refusal): void;
};

/** Decisions from outside that end a pod: refused, evicted, shut down with its node, or out of time. */
export class PodVerdicts {
  readonly #verdicts = new Map<string, PodVerdict>();
  readonly #options: VerdictOptions;

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  /** The first decision stands. */
  fail(uid: string, { reason, message }: Refusal): void {
    this.#decide(uid, { phase: "Failed", reason, message });
  }

  /** The pod is not let in. */
  reject(uid: string, { reason, message }: Refusal): void {
    this.#decide(uid, { phase: "Failed", reason, message, isRejection: true });
  }

  /** The pod goes for the node's sake, not for its own: controllers are told so. */
  disrupt(uid: string, { reason, message }: Refusal): void {
    this.#decide(uid, { phase: "Failed", reason, message, isDisruption: true });
  }

  #decide(uid: string, verdict: PodVerdict): void {
    if (!this.#verdicts.has(uid)) this.#verdicts.set(uid, verdict);
  }

  forget(uid: string): void {
    this.#verdicts.delete(uid);
  }

  /** What was decided; a pod that outlives its activeDeadlineSeconds decides itself, unless it has ended before. */
  of(pod: Pod, status: PodStatus): PodVerdict | undefined {
    const uid = pod.metadata.uid ?? "";
    if (!this.#verdicts.has(uid) && isPastDeadline(pod, status, this.#options.now())) {
      this.fail(uid, deadlineExceeded);
      this.#options.onDeadline(pod, deadlineExceeded);
    }
    return this.#verdicts.get(uid);
  }
}

const deadlineExceeded: Refusal = {
  reason: "DeadlineExceeded",
  message: "Pod was active on the node longer than the specified deadline",
};

function isPastDeadline(pod: Pod, status: PodStatus, nowMs: number): boolean {
  if (status.phase === "Succeeded" || status.phase === "Failed") return false;
  const leftMs = deadlineLeftMs(pod, status, nowMs);
  return leftMs !== undefined && leftMs <= 0;
}

/** Ms until a pod's activeDeadlineSeconds are over; undefined without one. */
export function deadlineLeftMs(pod: Pod, { startTime }: PodStatus, nowMs: number): number | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  if (seconds === undefined || startTime === undefined) return undefined;
  return Date.parse(startTime) + seconds * 1000 - nowMs;
}
