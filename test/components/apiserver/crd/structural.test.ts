import { expect, test } from "vitest";
import { applyDefaults } from "../../../../src/components/apiserver/crd/default.ts";
import { jsonPath } from "../../../../src/components/apiserver/crd/json-path.ts";
import { prune } from "../../../../src/components/apiserver/crd/prune.ts";
import type { StructuralSchema } from "../../../../src/components/apiserver/crd/schema.ts";
import { validateSchema } from "../../../../src/components/apiserver/crd/validate.ts";

const schema: StructuralSchema = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "integer", minimum: 1, maximum: 10 },
    color: { type: "string", enum: ["red", "blue"], default: "red" },
    port: { "x-kubernetes-int-or-string": true },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    labels: { type: "object", additionalProperties: { type: "string" } },
    parts: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: {
        type: "object",
        properties: { name: { type: "string", pattern: "^[a-z]+$" }, weight: { type: "number", default: 1 } },
      },
    },
  },
};

test("pruning drops what the schema does not name, and tells where", () => {
  const value = {
    size: 1,
    extra: 1,
    free: { any: { thing: 1 } },
    labels: { a: "b" },
    parts: [{ name: "x", odd: true }],
  };
  const dropped: string[] = [];
  prune(value, schema, (path) => dropped.push(path));
  expect(value).toEqual({ size: 1, free: { any: { thing: 1 } }, labels: { a: "b" }, parts: [{ name: "x" }] });
  expect(dropped).toEqual(["extra", "parts[0].odd"]);
});

test("defaults fill in what is absent, in elements too", () => {
  const value = { size: 1, parts: [{ name: "x" }] };
  applyDefaults(value, schema);
  expect(value).toEqual({ size: 1, color: "red", parts: [{ name: "x", weight: 1 }] });
});

test.each([
  [{ size: 1, port: "http" }, []],
  [{}, ["size: Required value"]],
  [{ size: "1" }, ['size: Invalid value: "string": size in body must be of type integer: "string"']],
  [{ size: 11 }, ["size: Invalid value: 11: size in body should be less than or equal to 10"]],
  [{ size: 1, color: "green" }, ['color: Unsupported value: "green": supported values: "red", "blue"']],
  [{ size: 1, port: true }, ['port: Invalid value: "boolean": port in body must be of type integer,string: "boolean"']],
  [{ size: 1, parts: [{ name: "a" }, { name: "a" }] }, ['parts[1]: Duplicate value: {"name":"a"}']],
  [
    { size: 1, parts: [{ name: "A" }] },
    [`parts[0].name: Invalid value: "A": parts[0].name in body should match '^[a-z]+$'`],
  ],
])("%o has the complaints %o", (value, expected) => {
  expect(validateSchema(value, schema, "").map(({ field, message }) => `${field}: ${message}`)).toEqual(expected);
});

test.each([
  [".spec.size", [3]],
  ["{.spec.size}", [3]],
  ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
  [".spec.list[0]", ["a"]],
  [".spec.list[*]", ["a", "b"]],
  [".spec.missing.more", []],
  [".metadata.annotations['a.b/c']", ["x"]],
])("%s finds %o", (path, expected) => {
  const object = {
    metadata: { annotations: { "a.b/c": "x" } },
    spec: { size: 3, list: ["a", "b"] },
    status: {
      conditions: [
        { type: "Other", status: "False" },
        { type: "Ready", status: "True" },
      ],
    },
  };
  expect(jsonPath(path)(object)).toEqual(expected);
});
