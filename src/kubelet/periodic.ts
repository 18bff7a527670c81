import { timerDelay } from "../base/timer-delay.ts";
import type { Log } from "./log.ts";

/** Work that is done again and again, never twice at once; a failure is logged and does not end it. */
export type Periodic = { readonly name: string; readonly everyMs: number; run(): Promise<void> | void };

/** Starts all; the first run of each comes after its period. */
export function startPeriodics(periodics: readonly Periodic[], log: Log): { stop(): void } {
  const timers = periodics.map(({ name, everyMs, run }) => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      void Promise.resolve()
        .then(run)
        .catch((thrown) => log.error("Periodic work failed", { work: name, err: thrown }))
        .finally(() => {
          busy = false;
        });
    }, timerDelay(everyMs));
  });
  return { stop: () => timers.forEach(clearInterval) };
}
