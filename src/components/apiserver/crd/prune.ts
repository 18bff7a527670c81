import { isMap, type StructuralSchema } from "./schema.ts";

/** Drops every field that the schema does not name; changes the value. Calls back with the path of each. */
export function prune(value: unknown, schema: StructuralSchema, dropped: (path: string) => void, path = ""): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) for (const [index, one] of value.entries()) prune(one, items, dropped, `${path}[${index}]`);
    return;
  }
  if (!isMap(value)) return;
  for (const [key, one] of Object.entries(value)) {
    if (schema["x-kubernetes-embedded-resource"] && ["apiVersion", "kind", "metadata"].includes(key)) continue;
    const at = path ? `${path}.${key}` : key;
    const below = schemaOf(schema, key);
    if (below === true) continue;
    if (below) prune(one, below, dropped, at);
    else {
      delete value[key];
      dropped(at);
    }
  }
}

/** The schema of a field; true where anything may stand, undefined where nothing may. */
function schemaOf(schema: StructuralSchema, key: string): StructuralSchema | true | undefined {
  const named = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (named) return named;
  const { additionalProperties } = schema;
  if (additionalProperties) return additionalProperties;
  return schema["x-kubernetes-preserve-unknown-fields"] ? true : undefined;
}
