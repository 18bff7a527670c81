import type { ResourceType } from "../resources/resource-type.ts";
import { type ApiType, apiType, type FieldType, storedTypeOf } from "../schema/api-types.ts";
import { isAtomicType, topologyOf } from "../schema/list-topology.ts";

import type { Shape } from "./shape.ts";

const atomic: Shape = { kind: "atomic" };
/** Where no schema says more: maps by their fields, lists as a whole. */
const untyped: Shape = { kind: "map", field: () => deduced };
const deduced: Shape = { kind: "map", field: () => deduced };

/** The shape of a resource's objects in their stored version. */
export function shapeOfResource(resource: ResourceType): Shape {
  if (resource.shape) return resource.shape;
  const type = storedTypeOf(resource);
  return type ? structShape(type) : untyped;
}

const structs = new Map<string, Shape>();

export function structShape(type: ApiType): Shape {
  const known = structs.get(type.definition);
  if (known) return known;
  if (isAtomicType(type.short)) return atomic;
  const shapes = new Map<string, Shape>();
  const field = (name: string): Shape => {
    const made = shapes.get(name) ?? fieldShape(type, name);
    shapes.set(name, made);
    return made;
  };
  const shape: Shape = { kind: "map", field };
  structs.set(type.definition, shape);
  return shape;
}

function fieldShape(type: ApiType, name: string): Shape {
  const field = type.fields.get(name);
  if (!field) return deduced;
  const { list, keys, map } = topologyOf(type.short, name);
  if (map === "atomic") return atomic;
  if (field.type.kind === "list") {
    if (list === "map") return { kind: "keyedList", keys, element: valueShape(field.type.of) };
    return list === "set" ? { kind: "set" } : atomic;
  }
  if (map === "granular" && field.type.kind === "type") {
    const inner = apiType(field.type.definition);
    return inner ? { kind: "map", field: (below) => fieldShape(inner, below) } : deduced;
  }
  return valueShape(field.type);
}

function valueShape(type: FieldType): Shape {
  switch (type.kind) {
    case "scalar":
      return type.code === "o" ? deduced : atomic;
    case "list":
      return atomic;
    case "map": {
      const value = valueShape(type.of);
      return { kind: "map", field: () => value };
    }
    case "type": {
      const inner = apiType(type.definition);
      return inner ? structShape(inner) : deduced;
    }
    default:
      return type satisfies never;
  }
}
