import fc from "fast-check";
import { expect, test } from "vitest";
import { formatIndexes, parseIndexes } from "../../../../src/components/controller-manager/job/index-set.ts";

test.each([
  ["", []],
  ["3", [3]],
  ["0,1", [0, 1]],
  ["0-3,5,7,8", [0, 1, 2, 3, 5, 7, 8]],
])("%j", (text, indexes) => {
  expect([...parseIndexes(text)]).toEqual(indexes);
  expect(formatIndexes(new Set(indexes))).toBe(text);
});

test("any set survives", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200)), (indexes) => {
      expect([...parseIndexes(formatIndexes(new Set(indexes)))]).toEqual(indexes.toSorted((a, b) => a - b));
    }),
  );
});

test("indexes that an elastic job has lost count no more", () => {
  expect([...parseIndexes("0-3,7", 3)]).toEqual([0, 1, 2]);
});
