import type { Shape } from "../apply/shape.ts";
import { structShape } from "../apply/shape-of-resource.ts";
import { apiType } from "../schema/api-types.ts";
import type { StructuralSchema } from "./schema.ts";

const atomic: Shape = { kind: "atomic" };
const deduced: Shape = { kind: "map", field: () => deduced };
const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** How a custom resource is owned and merged, by its schema's markers. */
export function customShape(schema: StructuralSchema | undefined): Shape {
  const meta = apiType(objectMeta);
  const root = schema ? shapeOf(schema) : deduced;
  return {
    kind: "map",
    field: (name) =>
      name === "metadata" && meta ? structShape(meta) : root.kind === "map" ? root.field(name) : deduced,
  };
}

function shapeOf(schema: StructuralSchema): Shape {
  if (schema.type === "array" || schema.items) return listShape(schema);
  const { properties, additionalProperties } = schema;
  if (schema["x-kubernetes-map-type"] === "atomic") return atomic;
  if (!properties && !additionalProperties) return schema.type === "object" || !schema.type ? deduced : atomic;
  const value = typeof additionalProperties === "object" ? shapeOf(additionalProperties) : deduced;
  const known = new Map(Object.entries(properties ?? {}).map(([name, one]) => [name, shapeOf(one)]));
  return { kind: "map", field: (name) => known.get(name) ?? value };
}

function listShape(schema: StructuralSchema): Shape {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  switch (schema["x-kubernetes-list-type"]) {
    case "map":
      return { kind: "keyedList", keys, element: schema.items ? shapeOf(schema.items) : deduced };
    case "set":
      return { kind: "set" };
    default:
      return atomic;
  }
}
