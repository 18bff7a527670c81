import { expect, test } from "vitest";
import { EvictionLimiter } from "../../../../src/components/controller-manager/node/eviction-limiter.ts";

function limiterAt(zone: string, nowMs: number): EvictionLimiter {
  const limiter = new EvictionLimiter();
  limiter.used(zone, nowMs);
  return limiter;
}

test("one in ten seconds at a rate of 0.1, each zone for itself", () => {
  const limiter = limiterAt("a", 0);
  expect([1, 9_999, 10_000].map((nowMs) => limiter.hasTurn("a", 0.1, nowMs))).toEqual([false, false, true]);
  expect(limiter.hasTurn("b", 0.1, 1)).toBe(true);
});

test("a turn that was not used is not gone", () => {
  const limiter = limiterAt("a", 0);
  expect([10_000, 10_001].map((nowMs) => limiter.hasTurn("a", 0.1, nowMs))).toEqual([true, true]);
  limiter.used("a", 10_001);
  expect(limiter.hasTurn("a", 0.1, 10_002)).toBe(false);
});

test("a zone that slows down waits for the slower turn, and at a rate of 0 for ever", () => {
  const limiter = limiterAt("a", 0);
  expect(limiter.hasTurn("a", 0.01, 10_000)).toBe(false);
  expect(limiter.hasTurn("a", 0, 1e9)).toBe(false);
  expect(limiter.hasTurn("a", 0.01, 100_000)).toBe(true);
});
