import { expect, test } from "vitest";
import { type Condition, isConditionTrue, withCondition, withoutCondition } from "../../src/kube/conditions.ts";

const ready: Condition = { type: "Ready", status: "True", lastTransitionTime: "t1" };

test("the time of the last transition moves only with the status", () => {
  expect(withCondition([ready], { type: "Ready", status: "True", reason: "Other", lastTransitionTime: "t2" })).toEqual([
    { type: "Ready", status: "True", reason: "Other", lastTransitionTime: "t1" },
  ]);
  expect(
    withCondition([ready], { type: "Ready", status: "False", lastTransitionTime: "t2" })[0]?.lastTransitionTime,
  ).toBe("t2");
});

test("a condition takes its old place, a new one comes last", () => {
  const two = withCondition([ready], { type: "Other", status: "False" });
  expect(two.map(({ type }) => type)).toEqual(["Ready", "Other"]);
  expect(isConditionTrue(two, "Other")).toBe(false);
  expect(withoutCondition(two, "Ready").map(({ type }) => type)).toEqual(["Other"]);
});
