import { expect, test } from "vitest";
import { exponentialBounds, Histogram } from "../../../src/kube/serving/histogram.ts";

test("a value counts in every bucket whose bound it does not pass", () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [1, 1.5, 2, 3]) histogram.observe(value);
  expect(histogram.read()).toEqual({
    sum: 7.5,
    count: 4,
    buckets: [
      ["1", 1],
      ["2", 3],
      ["+Inf", 4],
    ],
  });
});

test("exponential bounds are as short as they can be written", () => {
  expect(exponentialBounds(1e-8, 10, 10).map(String)).toEqual([
    "1e-8",
    "1e-7",
    "0.000001",
    "0.00001",
    "0.0001",
    "0.001",
    "0.01",
    "0.1",
    "1",
    "10",
  ]);
});
