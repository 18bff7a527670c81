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
