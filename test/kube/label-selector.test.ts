import { expect, test } from "vitest";
import { formatSelector, isEmptySelector, type LabelSelector, selects } from "../../src/kube/label-selector.ts";

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

test("a selector is written as the query parameter wants it", () => {
  const selector: LabelSelector = {
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "In", values: ["front", "back"] },
      { key: "zone", operator: "NotIn", values: ["a"] },
      { key: "new", operator: "Exists" },
      { key: "old", operator: "DoesNotExist" },
    ],
  };
  expect(formatSelector(selector)).toBe("app=web,tier in (front,back),zone notin (a),new,!old");
});

test("a selector without labels and expressions is empty", () => {
  expect(isEmptySelector({ matchLabels: {} })).toBe(true);
  expect(isEmptySelector({ matchExpressions: [{ key: "old", operator: "DoesNotExist" }] })).toBe(false);
});
