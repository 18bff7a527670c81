import { isDeepStrictEqual } from "node:util";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "../validation/field-error.ts";
import { patternProblem } from "./pattern.ts";
import { isMap, type StructuralSchema } from "./schema.ts";
import { validateSchema } from "./validate.ts";

type Level = "root" | "item" | "field";
type Loose = Readonly<Record<string, unknown>>;

const types = ["array", "boolean", "integer", "number", "object", "string"];
const junctors = ["allOf", "anyOf", "oneOf"] as const;
const intOrString = [{ type: "integer" }, { type: "string" }];
const unsupported = `$ref $schema additionalItems definitions dependencies id patternProperties`.split(" ");
const emptyType: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

/** What keeps a schema from being structural (KEP-1693; apiextensions-apiserver/pkg/apiserver/schema/validation.go), at every depth. */
export function structuralErrors(schema: StructuralSchema, path: string, level: Level = "root"): FieldError[] {
  const { items, properties = {}, additionalProperties } = schema;
  return [
    ...typeErrors(schema, path, level),
    ...keywordErrors(schema, path, level),
    ...listErrors(schema, path),
    ...extensionErrors(schema, path),
    ...valueErrors(schema, path),
    ...(level === "root" || schema["x-kubernetes-embedded-resource"] ? metadataErrors(schema, path, level) : []),
    ...nestedErrors(schema, path),
    ...completenessErrors(schema, path),
    ...(items ? structuralErrors(items, `${path}.items`, "item") : []),
    ...Object.entries(properties).flatMap(([key, one]) => structuralErrors(one, `${path}.properties[${key}]`, "field")),
    ...(isMap(additionalProperties)
      ? structuralErrors(additionalProperties as StructuralSchema, `${path}.additionalProperties`, "field")
      : []),
  ];
}

function typeErrors(schema: StructuralSchema, path: string, level: Level): FieldError[] {
  const { type } = schema;
  const at = `${path}.type`;
  const isOpen = schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
  if (schema["x-kubernetes-embedded-resource"] && type !== "object") {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    return [type ? invalid(at, type, why) : required(at, why)];
  }
  if (!type) return isOpen ? [] : [required(at, emptyType[level])];
  if (!types.includes(type)) return [notSupported(at, type, types)];
  return level === "root" && type !== "object" ? [invalid(at, type, "must be object at the root")] : [];
}

function keywordErrors(schema: StructuralSchema, path: string, level: Level): FieldError[] {
  const { additionalProperties, properties, uniqueItems } = schema;
  const at = `${path}.additionalProperties`;
  return [
    ...unsupported
      .filter((word) => (schema as Loose)[word] !== undefined)
      .map((word) => forbiddenField(`${path}.${word}`, `${word} is not supported`)),
    ...(uniqueItems
      ? [
          forbiddenField(
            `${path}.uniqueItems`,
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
          ),
        ]
      : []),
    ...(additionalProperties === false ? [forbiddenField(at, "additionalProperties cannot be set to false")] : []),
    ...(additionalProperties !== undefined && level === "root"
      ? [forbiddenField(at, "must not be used at the root")]
      : []),
    ...(additionalProperties !== undefined && properties
      ? [forbiddenField(at, "additionalProperties and properties are mutual exclusive")]
      : []),
  ];
}

function listErrors(schema: StructuralSchema, path: string): FieldError[] {
  const { type, items } = schema;
  const kind = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const at = `${path}.x-kubernetes-list-map-keys`;
  return [
    ...(type === "array" && !items ? [required(`${path}.items`, "must be specified")] : []),
    ...(kind && type !== "array"
      ? [invalid(`${path}.type`, type ?? "", "must be array if x-kubernetes-list-type is specified")]
      : []),
    ...(kind && !["atomic", "map", "set"].includes(kind)
      ? [notSupported(`${path}.x-kubernetes-list-type`, kind, ["atomic", "map", "set"])]
      : []),
    ...(kind === "map" && keys.length === 0
      ? [required(at, "must not be empty if x-kubernetes-list-type is map")]
      : []),
    ...(kind === "map" && items && items.type !== "object"
      ? [
          invalid(
            `${path}.items.type`,
            items.type ?? "",
            "must be object if parent array's x-kubernetes-list-type is map",
          ),
        ]
      : []),
    ...keys
      .filter((key) => kind === "map" && !items?.properties?.[key])
      .map((key) => invalid(at, key, "entries must all be names of item properties")),
  ];
}

function extensionErrors(schema: StructuralSchema, path: string): FieldError[] {
  const isEmbedded = schema["x-kubernetes-embedded-resource"];
  const preserves = schema["x-kubernetes-preserve-unknown-fields"];
  const mapType = schema["x-kubernetes-map-type"];
  const words = schema["x-kubernetes-int-or-string"]
    ? (["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] as const).filter((one) => schema[one])
    : [];
  return [
    ...words.map((word) => invalid(`${path}.${word}`, true, "must be false if x-kubernetes-int-or-string is true")),
    ...(mapType && !["atomic", "granular"].includes(mapType)
      ? [notSupported(`${path}.x-kubernetes-map-type`, mapType, ["atomic", "granular"])]
      : []),
    ...(isEmbedded && !preserves && Object.keys(schema.properties ?? {}).length === 0
      ? [
          required(
            `${path}.properties`,
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
          ),
        ]
      : []),
  ];
}

/** Patterns that are none, and defaults that their own schema would refuse. */
function valueErrors(schema: StructuralSchema, path: string): FieldError[] {
  const problem = schema.pattern ? patternProblem(schema.pattern) : undefined;
  const { default: value } = schema;
  const wrong = value === undefined || problem ? [] : validateSchema(value, schema, "").slice(0, 1);
  return [
    ...(problem
      ? [invalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${problem}`)]
      : []),
    ...wrong.map(({ message }) => invalid(`${path}.default`, value, message.trim())),
  ];
}

function metadataErrors({ properties = {} }: StructuralSchema, path: string, level: Level): FieldError[] {
  const { kind, apiVersion, metadata } = properties;
  const notText = Object.entries({ kind, apiVersion }).flatMap(([name, one]) =>
    one && one.type !== "string" ? [invalid(`${path}.properties[${name}].type`, one.type ?? "", "must be string")] : [],
  );
  if (!metadata) return notText;
  const at = `${path}.properties[metadata]`;
  const { type, properties: restricted = {}, description: _text, ...rest } = metadata as Loose & { properties?: Loose };
  const isMore =
    Object.keys(rest).length > 0 || Object.keys(restricted).some((one) => !["name", "generateName"].includes(one));
  return [
    ...notText,
    ...(type === "object" ? [] : [invalid(`${at}.type`, type ?? "", "must be object")]),
    ...(level === "root" && isMore
      ? [
          forbiddenField(
            at,
            "must not specify anything other than name and generateName, but metadata is implicitly specified",
          ),
        ]
      : []),
  ];
}

/** Under allOf, anyOf, oneOf and not a schema only restricts values: it declares nothing. */
function nestedErrors(schema: StructuralSchema, path: string): FieldError[] {
  const isIntOrString = schema["x-kubernetes-int-or-string"] === true;
  const all = junctors.flatMap((word) => {
    if (word === "anyOf" && isIntOrString && isDeepStrictEqual(schema.anyOf, intOrString)) return [];
    return (schema[word] ?? []).flatMap((one, index) => {
      const isFirst = word === "allOf" && index === 0 && isIntOrString;
      return nested(
        isFirst && isDeepStrictEqual(one.anyOf, intOrString) ? { ...one, anyOf: [] } : one,
        `${path}.${word}[${index}]`,
      );
    });
  });
  return [...all, ...(schema.not ? nested(schema.not, `${path}.not`) : [])];
}

const declarations: readonly (readonly [word: string, must: string])[] = [
  ["type", "empty"],
  ["additionalProperties", "undefined"],
  ["default", "undefined"],
  ["title", "empty"],
  ["description", "empty"],
  ["nullable", "false"],
  ["x-kubernetes-preserve-unknown-fields", "undefined"],
  ["x-kubernetes-embedded-resource", "false"],
  ["x-kubernetes-int-or-string", "false"],
  ["x-kubernetes-list-map-keys", "empty"],
  ["x-kubernetes-list-type", "undefined"],
  ["x-kubernetes-map-type", "undefined"],
];

function nested(schema: StructuralSchema, path: string): FieldError[] {
  return [
    ...declarations
      .filter(([word]) => (schema as Loose)[word])
      .map(([word, must]) => forbiddenField(`${path}.${word}`, `must be ${must} to be structural`)),
    ...(schema.properties?.metadata
      ? [forbiddenField(`${path}.properties[metadata]`, "must not be specified in a nested context")]
      : []),
    ...valueErrors(schema, path),
    ...nestedErrors(schema, path),
    ...(schema.items ? nested(schema.items, `${path}.items`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, one]) => nested(one, `${path}.properties[${key}]`)),
  ];
}

/** What is restricted under a junctor must be declared outside of it. */
function completenessErrors(schema: StructuralSchema, path: string): FieldError[] {
  const inner = [
    ...junctors.flatMap((word) =>
      (schema[word] ?? []).map((one, index) => [`${path}.${word}[${index}]`, one] as const),
    ),
    ...(schema.not ? [[`${path}.not`, schema.not] as const] : []),
  ];
  return inner.flatMap(([at, one]) => undeclared(one, schema, { at, path }));
}

type Places = { readonly at: string; readonly path: string };

function undeclared(inner: StructuralSchema, outer: StructuralSchema, { at, path }: Places): FieldError[] {
  const fields = Object.entries(inner.properties ?? {}).flatMap(([key, one]) => {
    const [where, place] = [`${at}.properties[${key}]`, `${path}.properties[${key}]`];
    const declared = outer.properties?.[key];
    return declared
      ? undeclared(one, declared, { at: where, path: place })
      : [required(place, `because it is defined in ${where}`)];
  });
  if (!inner.items) return fields;
  const places = { at: `${at}.items`, path: `${path}.items` };
  return outer.items
    ? [...fields, ...undeclared(inner.items, outer.items, places)]
    : [...fields, required(places.path, `because it is defined in ${places.at}`)];
}
