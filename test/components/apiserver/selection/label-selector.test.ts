import { describe, expect, test } from "vitest";
import {
  compileLabelSelector,
  parseLabelSelector,
} from "../../../../src/components/apiserver/selection/label-selector.ts";

describe("parseLabelSelector", () => {
  const cases: [string, Record<string, string> | undefined, boolean][] = [
    ["app=web", { app: "web" }, true],
    ["app==web", { app: "api" }, false],
    ["app!=web", {}, true],
    ["app in (web, api),tier", { app: "api", tier: "x" }, true],
    ["app notin (web)", { app: "web" }, false],
    ["app notin (web)", undefined, true],
    ["!gone", { app: "web" }, true],
    ["n>3", { n: "4" }, true],
    ["n<3", { n: "4" }, false],
    ["", { any: "thing" }, true],
  ];
  test.each(cases)("%s on %o is %s", (text, labels, expected) => {
    expect(parseLabelSelector(text)(labels)).toBe(expected);
  });

  test("a selector that is none is refused with 400", () => {
    for (const text of ["a=b=c", "a in b", "-x=y", "a>b"]) {
      expect(() => parseLabelSelector(text), text).toThrow(
        expect.objectContaining({ status: expect.objectContaining({ code: 400 }) }),
      );
    }
  });

  test("labels inherited from Object.prototype do not exist", () => {
    expect(parseLabelSelector("constructor")({})).toBe(false);
  });
});

describe("compileLabelSelector", () => {
  test("an absent selector matches nothing, an empty one everything", () => {
    expect(compileLabelSelector(undefined)({ a: "b" })).toBe(false);
    expect(compileLabelSelector({})({ a: "b" })).toBe(true);
  });

  test("labels and expressions must all hold", () => {
    const selector = compileLabelSelector({
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "NotIn", values: ["db"] },
        { key: "old", operator: "DoesNotExist" },
      ],
    });
    expect(selector({ app: "web", tier: "front" })).toBe(true);
    expect(selector({ app: "web", tier: "db" })).toBe(false);
    expect(selector({ app: "web", old: "" })).toBe(false);
  });
});
