import { ApiError } from "../http/api-error.ts";
import { type ApiType, apiType, type FieldType } from "./api-types.ts";

type Fields = Record<string, unknown>;

/**
 * Makes a value what a Go server would have decoded: fields that the type does not have and nulls are dropped (the former
 * told by their paths). Throws 400 where a value is of another type than its field. Changes the value.
 */
export function conform(object: Fields, type: ApiType, unknown: (path: string) => void): void {
  struct(object, type, { path: "", type, root: type, unknown });
}

type At = {
  readonly path: string;
  /** The struct whose field stands at the path, and the kind itself. */
  readonly type: ApiType;
  readonly root: ApiType;
  readonly unknown: (path: string) => void;
};

function struct(object: Fields, type: ApiType, at: At): void {
  for (const [key, value] of Object.entries(object)) {
    const field = type.fields.get(key);
    const path = at.path ? `${at.path}.${key}` : key;
    if (!field) {
      delete object[key];
      at.unknown(path);
    } else if (value === null || value === undefined) delete object[key];
    else check(value, field.type, { ...at, path, type });
  }
}

function check(value: unknown, type: FieldType, at: At): void {
  switch (type.kind) {
    case "scalar":
      scalar(value, type.code, at);
      return;
    case "list":
      if (!Array.isArray(value)) throw mismatch(value, "list", at);
      for (const [index, one] of value.entries()) check(one, type.of, { ...at, path: `${at.path}[${index}]` });
      return;
    case "map":
      if (!isMap(value)) throw mismatch(value, "map", at);
      for (const [key, one] of Object.entries(value)) {
        if (one === null) delete value[key];
        else check(one, type.of, { ...at, path: `${at.path}.${key}` });
      }
      return;
    case "type": {
      const inner = apiType(type.definition);
      // Types without fields (raw extensions, fieldsV1) hold whatever they hold.
      if (!inner || inner.fields.size === 0 || isFreeForm(inner)) return;
      if (!isMap(value)) throw mismatch(value, nameOf(inner), at);
      struct(value, inner, at);
      return;
    }
    default:
      unreachable(type);
  }
}

function unreachable(_type: never): void {}

/** Schemas within schemas: their own rules check them. */
function isFreeForm({ short }: ApiType): boolean {
  return short === "apiextensions.JSONSchemaProps";
}

const accepts: Readonly<Record<string, (value: unknown) => boolean>> = {
  s: (value) => typeof value === "string",
  q: (value) => typeof value === "string" || typeof value === "number",
  y: (value) => typeof value === "string",
  t: (value) => typeof value === "string",
  m: (value) => typeof value === "string",
  b: (value) => typeof value === "boolean",
  i: Number.isInteger,
  l: Number.isInteger,
  d: (value) => typeof value === "number",
  x: (value) => typeof value === "string" || Number.isInteger(value),
};
const goNames: Readonly<Record<string, string>> = {
  s: "string",
  y: "[]uint8",
  b: "bool",
  i: "int32",
  l: "int64",
  d: "float64",
  t: "Time",
  m: "MicroTime",
  x: "IntOrString",
  q: "Quantity",
};

function scalar(value: unknown, code: string, at: At): void {
  const isGood = accepts[code]?.(value) ?? true;
  if (!isGood) throw mismatch(value, goNames[code] ?? "object", at);
}

/** What Go's decoder says, which clients show as it is. */
function mismatch(value: unknown, wanted: string, { path, type, root }: At): ApiError {
  const actual = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  const kind = nameOf(root);
  const version = root.definition.split(".").at(-2);
  const where = `Go struct field ${nameOf(type)}.${path.replaceAll(/\[\d+\]/g, "")}`;
  const message = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: json: cannot unmarshal ${actual} into ${where} of type ${wanted}`;
  return new ApiError(400, "BadRequest", message);
}

function nameOf({ short }: ApiType): string {
  return short.split(".").at(-1) ?? "object";
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
