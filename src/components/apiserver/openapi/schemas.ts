import type { ResourceType } from "../resources/resource-type.ts";
import { type ApiField, type ApiType, apiType, definitionOf, type FieldType } from "../schema/api-types.ts";
import { isAtomicType, topologyOf } from "../schema/list-topology.ts";

export type Schema = Record<string, unknown>;
/** Texts of a type: its own, then one a field in the order of the fields. */
export type Descriptions = Readonly<Record<string, readonly string[]>>;
export type Dialect = {
  /** Where definitions stand: "#/components/schemas/" or "#/definitions/". */
  readonly refPrefix: string;
  readonly descriptions: Descriptions;
};

const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const scalars: Readonly<Record<string, Schema>> = {
  s: { type: "string" },
  b: { type: "boolean" },
  i: { type: "integer", format: "int32" },
  l: { type: "integer", format: "int64" },
  d: { type: "number", format: "double" },
  t: { type: "string", format: "date-time" },
  m: { type: "string", format: "date-time" },
  y: { type: "string", format: "byte" },
  o: { type: "object" },
};

/** The schemas of the given types and of all that they refer to, by definition. */
export function schemasOf(definitions: readonly string[], dialect: Dialect): Record<string, Schema> {
  const schemas: Record<string, Schema> = {
    [quantity]: { description: "Quantity is a fixed-point representation of a number.", ...either("string", "number") },
    [intOrString]: { description: "A number or a string.", format: "int-or-string", ...either("integer", "string") },
  };
  if (dialect.refPrefix === "#/definitions/") {
    // OpenAPI v2 knows no oneOf; its clients take a string for either.
    schemas[quantity] = { type: "string" };
    schemas[intOrString] = { type: "string", format: "int-or-string" };
  }
  const waiting = [...definitions];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = schemas[name] ? undefined : apiType(name);
    if (!type) continue;
    schemas[name] = structSchema(type, dialect);
    waiting.push(...[...type.fields.values()].flatMap((field) => referred(field.type)));
  }
  return schemas;
}

const listMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/** Marks the kinds of resources, which clients look schemas up by, and adds the schemas of their lists. */
export function markKinds(
  schemas: Record<string, Schema>,
  resources: readonly ResourceType[],
  refPrefix: string,
): void {
  for (const resource of resources) {
    const { group, version, kind, listKind } = resource;
    const name = definitionOf(resource);
    const schema = schemas[name];
    if (!schema) continue;
    schema["x-kubernetes-group-version-kind"] = [{ group, version, kind }];
    if (!resource.storagePath) continue;
    schemas[listName(name, listKind)] = {
      description: `${listKind} is a list of ${kind}.`,
      type: "object",
      required: ["items"],
      properties: {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: { $ref: `${refPrefix}${listMeta}` },
        items: { type: "array", items: { $ref: `${refPrefix}${name}` } },
      },
      "x-kubernetes-group-version-kind": [{ group, version, kind: listKind }],
    };
  }
}

function listName(definition: string, listKind: string): string {
  return definition.replace(/\.[^.]+$/, `.${listKind}`);
}

function structSchema(type: ApiType, dialect: Dialect): Schema {
  const texts = dialect.descriptions[type.definition] ?? [];
  const fields = [...type.fields.values()];
  const required = fields.filter((field) => field.isRequired).map((field) => field.name);
  return {
    ...(texts[0] && { description: texts[0] }),
    type: "object",
    ...(required.length > 0 && { required }),
    ...(fields.length > 0 && {
      properties: Object.fromEntries(
        fields.map((field, index) => [
          field.name,
          fieldSchema(type, field, { ...dialect, text: texts[index + 1] ?? "" }),
        ]),
      ),
    }),
    ...(isAtomicType(type.short) && { "x-kubernetes-map-type": "atomic" }),
  };
}

function fieldSchema(type: ApiType, field: ApiField, { text, ...dialect }: Dialect & { text: string }): Schema {
  const { list, keys, patchKey, strategy, map } = topologyOf(type.short, field.name);
  const schema = valueSchema(field.type, dialect.refPrefix);
  const isRef = "$ref" in schema && dialect.refPrefix !== "#/definitions/";
  return {
    ...(text && { description: text }),
    ...(isRef ? { allOf: [schema] } : schema),
    ...(field.type.kind === "list" && { "x-kubernetes-list-type": list ?? "atomic" }),
    ...(keys.length > 0 && { "x-kubernetes-list-map-keys": keys }),
    ...(patchKey && { "x-kubernetes-patch-merge-key": patchKey }),
    ...(strategy && { "x-kubernetes-patch-strategy": strategy }),
    ...(map && { "x-kubernetes-map-type": map }),
  };
}

function valueSchema(type: FieldType, refPrefix: string): Schema {
  switch (type.kind) {
    case "scalar":
      if (type.code === "x") return { $ref: `${refPrefix}${intOrString}` };
      if (type.code === "q") return { $ref: `${refPrefix}${quantity}` };
      return { ...scalars[type.code] };
    case "list":
      return { type: "array", items: valueSchema(type.of, refPrefix) };
    case "map":
      return { type: "object", additionalProperties: valueSchema(type.of, refPrefix) };
    case "type":
      return { $ref: `${refPrefix}${type.definition}` };
    default:
      return type satisfies never;
  }
}

function referred(type: FieldType): string[] {
  if (type.kind === "type") return [type.definition];
  return type.kind === "scalar" ? [] : referred(type.of);
}

function either(...types: readonly string[]): Schema {
  return { oneOf: types.map((type) => ({ type })) };
}
