/** What setTimeout and setInterval take at most, 24.8 days in milliseconds. */
export const longestTimerMs = 2 ** 31 - 1;

/** A delay that a timer takes: a longer one than it can wait would count as 1 ms, and what shall be done in a year is done without a pause. */
export function timerDelay(delayMs: number): number {
  return Math.min(delayMs, longestTimerMs);
}
