import { isMap, type StructuralSchema } from "./schema.ts";

/** Sets the defaults of fields that are absent, or null where null is not allowed; changes the value. */
export function applyDefaults(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    for (const one of value) if (schema.items) applyDefaults(one, schema.items);
    return;
  }
  if (!isMap(value)) return;
  for (const [key, below] of Object.entries(schema.properties ?? {})) {
    const isAbsent = value[key] === undefined || (value[key] === null && !below.nullable);
    if (below.default !== undefined && isAbsent) value[key] = structuredClone(below.default);
    if (value[key] !== undefined) applyDefaults(value[key], below);
  }
  const { additionalProperties } = schema;
  if (typeof additionalProperties !== "object") return;
  for (const [key, one] of Object.entries(value))
    if (!schema.properties?.[key]) applyDefaults(one, additionalProperties);
}
