import { isDeepStrictEqual } from "node:util";
import { duplicate, type FieldError, invalid, notSupported, required, typeInvalid } from "../validation/field-error.ts";
import { matchesFormat } from "./formats.ts";
import { matchesPattern, maxMatchedLength } from "./pattern.ts";
import { isMap, type StructuralSchema } from "./schema.ts";

/** Every complaint that a structural schema has about a value, with the paths and sentences of upstream. */
export function validateSchema(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  if (value === null && schema.nullable) return [];
  const wrongType = typeError(value, schema, path);
  if (wrongType) return [wrongType];
  return [
    ...enumErrors(value, schema, path),
    ...(typeof value === "string" ? stringErrors(value, schema, path) : []),
    ...(typeof value === "number" ? numberErrors(value, schema, path) : []),
    ...(Array.isArray(value) ? listErrors(value, schema, path) : []),
    ...(isMap(value) ? mapErrors(value, schema, path) : []),
    ...combinationErrors(value, schema, path),
  ];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function typeError(value: unknown, schema: StructuralSchema, path: string): FieldError | undefined {
  const actual = typeOf(value);
  if (schema["x-kubernetes-int-or-string"]) {
    if (actual === "integer" || actual === "string") return undefined;
    return typeInvalid(path, actual, `${path} in body must be of type integer,string: ${JSON.stringify(actual)}`);
  }
  const { type } = schema;
  if (!type || type === actual || (type === "number" && actual === "integer")) return undefined;
  return typeInvalid(path, actual, `${path} in body must be of type ${type}: ${JSON.stringify(actual)}`);
}

function enumErrors(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((one) => isDeepStrictEqual(one, value))) return [];
  return [notSupported(path, value, schema.enum.map(String))];
}

function stringErrors(value: string, schema: StructuralSchema, path: string): FieldError[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  const length = [...value].length;
  return [
    ...(length < minLength ? [invalid(path, value, `${path} in body should be at least ${minLength} chars long`)] : []),
    ...(length > maxLength ? [invalid(path, value, `${path} in body should be at most ${maxLength} chars long`)] : []),
    ...(pattern ? patternErrors(value, pattern, path) : []),
    ...(format && !matchesFormat(format, value)
      ? [invalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`)]
      : []),
  ];
}

function patternErrors(value: string, pattern: string, path: string): FieldError[] {
  if (value.length > maxMatchedLength)
    return [
      invalid(path, "", `must be no more than ${maxMatchedLength} characters, to be matched against '${pattern}'`),
    ];
  return matchesPattern(pattern, value) ? [] : [invalid(path, value, `${path} in body should match '${pattern}'`)];
}

function numberErrors(value: number, schema: StructuralSchema, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const isLow = minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum);
  const isHigh = maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum);
  return [
    ...(isLow
      ? [
          invalid(
            path,
            value,
            `${path} in body should be greater than${exclusiveMinimum ? "" : " or equal to"} ${minimum}`,
          ),
        ]
      : []),
    ...(isHigh
      ? [
          invalid(
            path,
            value,
            `${path} in body should be less than${exclusiveMaximum ? "" : " or equal to"} ${maximum}`,
          ),
        ]
      : []),
    ...(multipleOf && value % multipleOf !== 0
      ? [invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`)]
      : []),
  ];
}

function listErrors(value: readonly unknown[], schema: StructuralSchema, path: string): FieldError[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  return [
    ...(value.length < minItems
      ? [invalid(path, value.length, `${path} in body should have at least ${minItems} items`)]
      : []),
    ...(value.length > maxItems ? [invalid(path, value.length, `must have at most ${maxItems} items`)] : []),
    ...(items ? value.flatMap((one, index) => validateSchema(one, items, `${path}[${index}]`)) : []),
    ...duplicates(value, schema, path),
  ];
}

function duplicates(value: readonly unknown[], schema: StructuralSchema, path: string): FieldError[] {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const kind = schema["x-kubernetes-list-type"];
  if (kind !== "set" && kind !== "map") return [];
  const identity = (one: unknown) =>
    kind === "set" || !isMap(one) ? one : Object.fromEntries(keys.map((key) => [key, one[key]]));
  const seen = new Set<string>();
  return value.flatMap((one, index) => {
    const id = JSON.stringify(identity(one));
    if (seen.has(id)) return [duplicate(`${path}[${index}]`, identity(one))];
    seen.add(id);
    return [];
  });
}

function mapErrors(value: Record<string, unknown>, schema: StructuralSchema, path: string): FieldError[] {
  const { properties = {}, additionalProperties, minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const size = Object.keys(value).length;
  const missing = (schema.required ?? []).filter((key) => value[key] === undefined);
  const below = Object.entries(value).flatMap(([key, one]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    return typeof known === "object" ? validateSchema(one, known, at(key)) : [];
  });
  return [
    ...missing.map((key) => required(at(key))),
    ...(size < minProperties
      ? [invalid(path, size, `${path} in body should have at least ${minProperties} properties`)]
      : []),
    ...(size > maxProperties ? [invalid(path, size, `must have at most ${maxProperties} properties`)] : []),
    ...below,
  ];
}

function combinationErrors(value: unknown, { allOf, anyOf, oneOf, not }: StructuralSchema, path: string): FieldError[] {
  const fits = (schema: StructuralSchema) => validateSchema(value, schema, path).length === 0;
  return [
    ...(allOf ?? []).flatMap((schema) => validateSchema(value, schema, path)),
    ...(anyOf && !anyOf.some(fits)
      ? [invalid(path, value, `${path} in body must validate at least one schema (anyOf)`)]
      : []),
    ...(oneOf && oneOf.filter(fits).length !== 1
      ? [invalid(path, value, `${path} in body must validate one and only one schema (oneOf)`)]
      : []),
    ...(not && fits(not) ? [invalid(path, value, `${path} in body must not validate the schema (not)`)] : []),
  ];
}
