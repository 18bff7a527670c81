import { expect, test } from "vitest";
import { formatBinary, formatMilli, milliValue, parseQuantity, wholeValue } from "../../src/kube/quantity.ts";

test.each([
  ["100m", 0.1],
  ["1.5Gi", 1.5 * 2 ** 30],
  ["2e3", 2000],
  ["1E", 1e18],
  [3, 3],
  ["12Ki", 12288],
  [".5", 0.5],
])("%s is %d", (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test.each(["", "abc", "1.5.2", "10 Mi", "1KiB"])("%o is no quantity", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test("values round up and absent ones are zero", () => {
  expect(milliValue("0.0001")).toBe(1);
  expect(milliValue("250m")).toBe(250);
  expect(wholeValue("1500m")).toBe(2);
  expect(wholeValue(undefined)).toBe(0);
});

test("canonical forms", () => {
  expect(formatMilli(2000)).toBe("2");
  expect(formatMilli(1500)).toBe("1500m");
  expect(formatBinary(2 ** 30)).toBe("1Gi");
  expect(formatBinary(1000)).toBe("1000");
});
