import { expect, test } from "vitest";
import { createBackoff } from "../../../../src/kubelet/pods/containers/container-backoff.ts";

const minute = 60_000;

test("the delay doubles from 10 s to 5 min and counts from the failure", () => {
  let now = 0;
  const backoff = createBackoff({ initialMs: 10_000, maxMs: 5 * minute, now: () => now });
  expect(backoff.remainingMs("a", 0)).toBe(0);
  const delays = Array.from({ length: 7 }, () => {
    backoff.next("a", now);
    return backoff.delayMs("a");
  });
  expect(delays).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  now = 100_000;
  expect(backoff.remainingMs("a", 50_000)).toBe(250_000);
  expect(backoff.remainingMs("other", 50_000)).toBe(0);
});

test("ten minutes without failure begin anew", () => {
  let now = 0;
  const backoff = createBackoff({ initialMs: 10_000, maxMs: 5 * minute, now: () => now });
  backoff.next("a", now);
  backoff.next("a", now);
  now = 10 * minute + 1;
  expect(backoff.remainingMs("a", now)).toBe(0);
  backoff.next("a", now);
  expect(backoff.delayMs("a")).toBe(10_000);
});

test("a clock that was set back costs one delay at most, one that was set forward ends the wait", () => {
  let now = 10 * minute;
  const backoff = createBackoff({ initialMs: 10_000, maxMs: 5 * minute, now: () => now });
  backoff.next("a", now);
  now = 0;
  expect(backoff.remainingMs("a", 10 * minute)).toBe(10_000);
  now = 60 * minute;
  expect(backoff.remainingMs("a", 10 * minute)).toBe(0);
});

test("keys that nobody asks for any more don't stay for ever", () => {
  let now = 0;
  const backoff = createBackoff({ initialMs: 10_000, maxMs: 5 * minute, now: () => now });
  for (const pod of ["a", "b", "c"]) backoff.next(pod, now);
  now = 15 * minute;
  backoff.next("b", now);
  now = 20 * minute + 1;
  backoff.next("d", now);
  expect(backoff.size()).toBe(2);
  expect([backoff.delayMs("a"), backoff.delayMs("b")]).toEqual([0, 10_000]);
});
