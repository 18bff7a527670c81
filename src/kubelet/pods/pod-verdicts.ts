import type { Pod } from "../api/pod.ts";
import type { PodStatus } from "../api/pod-status.ts";
import type { Refusal } from "./admission.ts";

export type PodVerdict = { readonly phase: "Failed"; readonly reason: string; readonly message: string };

/** Decisions from outside that end a pod: refused, evicted, shut down with its node, or out of time. */
export class PodVerdicts {
  readonly #verdicts = new Map<string, PodVerdict>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  fail(uid: string, { reason, message }: Refusal): void {
    this.#verdicts.set(uid, { phase: "Failed", reason, message });
  }

  forget(uid: string): void {
    this.#verdicts.delete(uid);
  }

  /** What was decided; a pod that outlives its activeDeadlineSeconds decides itself. */
  of(pod: Pod, status: PodStatus): PodVerdict | undefined {
    const known = this.#verdicts.get(pod.metadata.uid ?? "");
    if (known) return known;
    const leftMs = deadlineLeftMs(pod, status, this.#now());
    if (leftMs === undefined || leftMs > 0) return undefined;
    return {
      phase: "Failed",
      reason: "DeadlineExceeded",
      message: "Pod was active on the node longer than the specified deadline",
    };
  }
}

/** Ms until a pod's activeDeadlineSeconds are over; undefined without one. */
export function deadlineLeftMs(pod: Pod, { startTime }: PodStatus, nowMs: number): number | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  if (seconds === undefined || startTime === undefined) return undefined;
  return Date.parse(startTime) + seconds * 1000 - nowMs;
}
