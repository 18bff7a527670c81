import { expect, test } from "vitest";
import { EvictionLimiter } from "../../../../src/components/controller-manager/node/eviction-limiter.ts";

test("one in ten seconds at a rate of 0.1, each zone for itself", () => {
  const limiter = new EvictionLimiter();
  expect([0, 1, 9_999, 10_000, 10_001].map((nowMs) => limiter.take("a", 0.1, nowMs))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
  expect(limiter.take("b", 0.1, 10_001)).toBe(true);
});

test("a zone that slows down waits for the slower turn, and at a rate of 0 for ever", () => {
  const limiter = new EvictionLimiter();
  expect(limiter.take("a", 0.1, 0)).toBe(true);
  expect(limiter.take("a", 0.01, 10_000)).toBe(false);
  expect(limiter.take("a", 0, 1e9)).toBe(false);
  expect(limiter.take("a", 0.01, 100_000)).toBe(true);
});
