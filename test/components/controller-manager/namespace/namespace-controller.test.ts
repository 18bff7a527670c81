import { expect, test } from "vitest";
import { waitMs } from "../../../../src/components/controller-manager/namespace/namespace-controller.ts";

test("pods are waited for half of their grace period", () => {
  expect(waitMs(30, 5)).toBe(15_500);
});

test("what holds on is looked at less and less often, at least four times a minute", () => {
  expect([0, 1, 2, 4, 5, 50].map((pass) => waitMs(0, pass))).toEqual([500, 1000, 2000, 8000, 15_000, 15_000]);
});
