import { expect, test } from "vitest";
import { matchesFields, parseFieldSelector } from "../../src/kube/field-selector.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { nodeName: "n1" } };

test.each([
  ["spec.nodeName=n1", true],
  ["spec.nodeName==n1", true],
  ["spec.nodeName!=n1", false],
  ["spec.nodeName=n1,metadata.name=b", false],
  ["status.phase=", true],
  ["status.phase!=Running", true],
])("%s", (text, expected) => {
  expect(matchesFields(parseFieldSelector(text) ?? [], pod)).toBe(expected);
});

test("a term without a sign is malformed", () => {
  expect(parseFieldSelector("spec.nodeName")).toBeUndefined();
});
