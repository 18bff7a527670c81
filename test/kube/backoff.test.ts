import { expect, test } from "vitest";
import { Backoff } from "../../src/kube/backoff.ts";

test("delays double up to the longest, and start again after a success", () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 500, random: () => 0 });
  expect([1, 2, 3, 4, 5].map(() => backoff.nextMs())).toEqual([100, 200, 400, 500, 500]);
  backoff.reset();
  expect(backoff.nextMs()).toBe(100);
});

test("jitter makes a delay longer, never shorter", () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 500, jitter: 0.5, random: () => 1 });
  expect(backoff.nextMs()).toBe(150);
});
