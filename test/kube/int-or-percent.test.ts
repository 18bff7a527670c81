import { expect, test } from "vitest";
import { scaledValue } from "../../src/kube/int-or-percent.ts";

test.each([
  [3, 10, "up", 3],
  ["25%", 10, "up", 3],
  ["25%", 10, "down", 2],
  ["0%", 10, "up", 0],
  ["100%", 7, "down", 7],
] as const)("%s of %s rounded %s is %s", (value, total, round, expected) => {
  expect(scaledValue(value, total, round)).toBe(expected);
});

test("another string is refused", () => {
  expect(() => scaledValue("much", 1, "up")).toThrow(RangeError);
});
