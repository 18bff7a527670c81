import { expect, it } from "vitest";
import { longestTimerMs, timerDelay } from "../../src/base/timer-delay.ts";

it("is what a timer waits, however long the delay", async () => {
  const passed = new Promise((resolve) => setImmediate(resolve, "the next turn"));
  for (const [delayMs, waits] of [
    [0, 0],
    [longestTimerMs, longestTimerMs],
    [longestTimerMs + 1, longestTimerMs],
    [Number.POSITIVE_INFINITY, longestTimerMs],
  ] as const)
    expect(timerDelay(delayMs)).toBe(waits);
  let timer: NodeJS.Timeout | undefined;
  const fired = new Promise((resolve) => {
    timer = setTimeout(resolve, timerDelay(365 * 24 * 3600_000), "the timer");
  });
  expect(
    await Promise.race([fired, passed.then(() => new Promise((resolve) => setTimeout(resolve, 20, "later")))]),
  ).toBe("later");
  clearTimeout(timer);
});
