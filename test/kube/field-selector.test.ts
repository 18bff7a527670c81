import { expect, test } from "vitest";
import { parseFieldSelector } from "../../src/kube/field-selector.ts";

test.each([
  ["spec.nodeName=n1", [{ path: "spec.nodeName", value: "n1", equal: true }]],
  ["spec.nodeName==n1", [{ path: "spec.nodeName", value: "n1", equal: true }]],
  [
    "spec.nodeName!=n1,status.phase=",
    [
      { path: "spec.nodeName", value: "n1", equal: false },
      { path: "status.phase", value: "", equal: true },
    ],
  ],
  ["", []],
])("%j parses", (text, expected) => {
  expect(parseFieldSelector(text)).toEqual(expected);
});

test("a term without a sign is malformed", () => {
  expect(parseFieldSelector("spec.nodeName")).toBeUndefined();
});
