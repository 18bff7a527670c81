import { expect, test } from "vitest";
import {
  formatSelector,
  isEmptySelector,
  type LabelSelector,
  parseSelector,
  selects,
} from "../../src/kube/label-selector.ts";

const labels = { app: "web", tier: "front" };

test.each<[string, LabelSelector | undefined, boolean]>([
  ["no selector selects nothing", undefined, false],
  ["an empty one selects everything", {}, true],
  ["equal labels", { matchLabels: { app: "web" } }, true],
  ["another value", { matchLabels: { app: "db" } }, false],
  ["In", { matchExpressions: [{ key: "app", operator: "In", values: ["db", "web"] }] }, true],
  ["NotIn of an absent label", { matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] }, true],
  ["NotIn of a listed value", { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, false],
  ["Exists", { matchExpressions: [{ key: "tier", operator: "Exists" }] }, true],
  ["DoesNotExist", { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, false],
  [
    "every requirement counts",
    { matchLabels: { app: "web" }, matchExpressions: [{ key: "zone", operator: "Exists" }] },
    false,
  ],
])("%s", (_, selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});

test.each([
  [
    "a=b,c!=d",
    [
      ["a", "In", ["b"]],
      ["c", "NotIn", ["d"]],
    ],
  ],
  ["a == b", [["a", "In", ["b"]]]],
  [
    "e in (f, g),h,!i",
    [
      ["e", "In", ["f", "g"]],
      ["h", "Exists", undefined],
      ["i", "DoesNotExist", undefined],
    ],
  ],
  ["e notin (f)", [["e", "NotIn", ["f"]]]],
  ["a=", [["a", "In", [""]]]],
  ["", []],
])("%j parses", (text, expected) => {
  const parsed = parseSelector(text)?.matchExpressions?.map(({ key, operator, values }) => [key, operator, values]);
  expect(parsed).toEqual(expected);
});

test.each(["a=b=c", "a in b", "=x"])("%j is refused", (text) => {
  expect(parseSelector(text)).toBeUndefined();
});

test("what is formatted parses to a selector with the same meaning", () => {
  const selector: LabelSelector = {
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["front"] },
      { key: "old", operator: "DoesNotExist" },
    ],
  };
  expect(selects(parseSelector(formatSelector(selector)), labels)).toBe(true);
  expect(isEmptySelector(selector)).toBe(false);
});
