import { expect, test } from "vitest";
import { matchesPattern, maxMatchedLength, patternProblem } from "../../../../src/components/apiserver/crd/pattern.ts";
import { structuralErrors } from "../../../../src/components/apiserver/crd/structural.ts";
import { validateSchema } from "../../../../src/components/apiserver/crd/validate.ts";

const inSpec = (spec: object) => ({ type: "object", properties: { spec } }) as never;
const told = (schema: never) => structuralErrors(schema, "s").map(({ field, message }) => `${field}: ${message}`);
const at = "s.properties[spec]";

test.each([
  [{ type: "object", properties: { a: { type: "string", pattern: "^[a-z]+$", default: "x" } } }],
  [{ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }],
  [{ "x-kubernetes-preserve-unknown-fields": true }],
  [
    {
      type: "object",
      properties: { a: { type: "string" } },
      oneOf: [{ required: ["a"] }, { properties: { a: { minLength: 3 } } }],
    },
  ],
  [
    {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      items: { type: "object", properties: { k: { type: "string" } } },
    },
  ],
  [{ type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true }],
])("structural: %j", (spec: object) => {
  expect(told(inSpec(spec))).toEqual([]);
});

test.each([
  [{}, `${at}.type: Required value: must not be empty for specified object fields`],
  [{ type: "array" }, `${at}.items: Required value: must be specified`],
  [{ type: "array", items: {} }, `${at}.items.type: Required value: must not be empty for specified array items`],
  [
    { type: "file" },
    `${at}.type: Unsupported value: "file": supported values: "array", "boolean", "integer", "number", "object", "string"`,
  ],
  [
    { type: "object", properties: {}, additionalProperties: { type: "string" } },
    `${at}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
  ],
  [{ type: "object", anyOf: [{ type: "object" }] }, `${at}.anyOf[0].type: Forbidden: must be empty to be structural`],
  [
    { type: "object", anyOf: [{ properties: { b: { minimum: 1 } } }] },
    `${at}.properties[b]: Required value: because it is defined in ${at}.anyOf[0].properties[b]`,
  ],
  [
    { type: "object", not: { properties: { b: {} }, default: {} } },
    `${at}.not.default: Forbidden: must be undefined to be structural`,
  ],
  [
    { type: "array", uniqueItems: true, items: { type: "string" } },
    `${at}.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
  ],
  [{ type: "object", $ref: "#/x" }, `${at}.$ref: Forbidden: $ref is not supported`],
  [
    { type: "string", pattern: "(?=a)" },
    `${at}.pattern: Invalid value: "(?=a)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
  ],
  [{ type: "integer", default: "one" }, `${at}.default: Invalid value: "one"`],
  [
    { type: "array", "x-kubernetes-list-type": "map", items: { type: "object" } },
    `${at}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
  ],
  [
    { type: "string", "x-kubernetes-embedded-resource": true },
    `${at}.type: Invalid value: "string": must be object if x-kubernetes-embedded-resource is true`,
  ],
])("not structural: %j", (spec: object, complaint: string) => {
  expect(told(inSpec(spec)).some((one) => one.startsWith(complaint))).toBe(true);
});

test("metadata of the object itself can be restricted by name only", () => {
  const schema = {
    type: "object",
    properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } },
  };
  expect(told(schema as never)).toEqual([
    "s.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
  ]);
  expect(told({ type: "object", additionalProperties: { type: "string" } } as never)).toEqual([
    "s.additionalProperties: Forbidden: must not be used at the root",
  ]);
});

test("patterns are Go's, and a catastrophic one takes no longer than another", () => {
  expect(matchesPattern("(?i)^abc\\z", "ABC")).toBe(true);
  expect(patternProblem("(a)\\1")).toContain("error parsing regexp");
  expect(patternProblem("((a{1000}){1000}){1000}")).toContain("error parsing regexp");
  const start = performance.now();
  expect(matchesPattern("^(a+)+$", `${"a".repeat(30_000)}!`)).toBe(false);
  // A backtracking engine would need longer than the universe is old.
  expect(performance.now() - start).toBeLessThan(10_000);
  const long = "a".repeat(maxMatchedLength + 1);
  expect(validateSchema(long, { type: "string", pattern: "a" }, "p")[0]?.message).toContain(
    "must be no more than 32768 characters",
  );
});
