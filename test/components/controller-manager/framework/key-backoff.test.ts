import { expect, test } from "vitest";
import { KeyBackoff } from "../../../../src/components/controller-manager/framework/key-backoff.ts";

test("each time waits twice as long, up to the longest", () => {
  const backoff = new KeyBackoff({ firstMs: 100, maxMs: 300 });
  expect(backoff.take("a", 0)).toBe(0);
  expect(backoff.take("a", 40)).toBe(60);
  expect(backoff.take("a", 100)).toBe(0);
  expect(backoff.take("a", 101)).toBe(199);
  expect(backoff.take("a", 300)).toBe(0);
  expect(backoff.take("a", 301)).toBe(299);
});

test("keys wait for themselves only, and are forgotten in time", () => {
  const backoff = new KeyBackoff({ firstMs: 100, maxMs: 300 });
  backoff.take("a", 0);
  expect(backoff.take("b", 1)).toBe(0);
  backoff.take("a", 100);
  expect(backoff.take("a", 700)).toBe(0);
  expect(backoff.take("a", 750)).toBe(50);
  expect(backoff.size).toBe(1);
});
