import type { KubeObject } from "./object.ts";

/** One term of a field selector: `spec.nodeName=n1` or `status.phase!=Running`. */
export type FieldTerm = { readonly path: string; readonly value: string; readonly equal: boolean };

/** Parses the `fieldSelector` query parameter; undefined where it is malformed. */
export function parseFieldSelector(text: string): FieldTerm[] | undefined {
  const terms: FieldTerm[] = [];
  for (const part of text.split(",").filter((one) => one !== "")) {
    const [, path, sign, value = ""] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? [];
    if (!path) return undefined;
    terms.push({ path, value, equal: sign !== "!=" });
  }
  return terms;
}

/** Whether the object's fields are as every term wants; an absent field counts as "". */
export function matchesFields(terms: readonly FieldTerm[], object: KubeObject): boolean {
  return terms.every(({ path, value, equal }) => (fieldAt(object, path) === value) === equal);
}

function fieldAt(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const step of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[step];
  return value === undefined || value === null ? "" : String(value);
}
