import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, SlipwayError } from "./errors.ts";

export type Wait = {
  /** What is awaited, for the error: "kube-apiserver /livez on cp1". */
  readonly for: string;
  readonly withinMs: number;
  /** Pause between polls; the default suits a local check. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether what the condition threw will not change by waiting; it is thrown at once, as it is. */
  readonly isFinal?: (thrown: unknown) => boolean;
};

/**
 * Polls until `condition` gives something other than undefined or false, and returns that.
 * A condition that throws counts as "not yet", unless `isFinal` says otherwise; its last message ends up in the time-out's error (code TIMED_OUT).
 */
export async function until<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  { for: what, withinMs, everyMs = 100, signal, isFinal = () => false }: Wait,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (thrown) {
      if (isFinal(thrown)) throw thrown;
      last = thrown;
    }
    if (performance.now() >= deadline) {
      throw new SlipwayError(
        {
          code: "TIMED_OUT",
          exit: "failure",
          message: `timed out after ${withinMs / 1000} s waiting for ${what}`,
          got: last === undefined ? undefined : messageOf(last),
        },
        { cause: last },
      );
    }
    await sleep(Math.min(everyMs, Math.max(1, deadline - performance.now())), undefined, signal ? { signal } : {});
  }
}
