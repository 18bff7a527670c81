import { badRequest } from "../http/api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { Entry } from "../storage/entry.ts";

export type FieldSelector = {
  readonly matches: (entry: Pick<Entry, "name" | "namespace" | "fields">) => boolean;
  /** The one name that can match, where the selector asks for one. */
  readonly name: string | undefined;
};

type Term = { readonly field: string; readonly equal: boolean; readonly value: string };

/** The value that a selector asks a field to have; undefined where it leaves the field open. */
export function exactValue(text: string, field: string): string | undefined {
  return termsOf(text).find((one) => one.field === field && one.equal)?.value;
}

/** Parses `spec.nodeName=n1,status.phase!=Running`; throws 400 on a field that the kind does not offer. */
export function parseFieldSelector(text: string, type: ResourceType): FieldSelector {
  const terms = termsOf(text);
  const offered = new Set(["metadata.name", "metadata.namespace", ...Object.keys(type.fieldsOf?.({}) ?? {})]);
  for (const { field } of terms) {
    if (!offered.has(field)) throw badRequest(`field label not supported: ${field}`);
  }
  return {
    matches: (entry) => terms.every(({ field, equal, value }) => (fieldOf(entry, field) === value) === equal),
    name: terms.find(({ field, equal }) => field === "metadata.name" && equal)?.value,
  };
}

function termsOf(text: string): Term[] {
  return text
    .split(/(?<!\\),/)
    .filter((part) => part.trim() !== "")
    .map(term);
}

function fieldOf(entry: Pick<Entry, "name" | "namespace" | "fields">, field: string): string {
  if (field === "metadata.name") return entry.name;
  if (field === "metadata.namespace") return entry.namespace;
  return entry.fields?.[field] ?? "";
}

function term(part: string): Term {
  const [, field, operator, value] = /^\s*([^=!]+?)\s*(==|=|!=)(.*)$/.exec(part) ?? [];
  if (field === undefined || value === undefined) {
    throw badRequest(`invalid field selector: "${part}": can't understand '${part}'`);
  }
  return { field, equal: operator !== "!=", value: value.trim().replace(/\\([\\,=])/g, "$1") };
}
