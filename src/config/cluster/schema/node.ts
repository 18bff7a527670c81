import type { Issue } from "../../issue.ts";

/**
 * A place in the file format: how it is read, and how the JSON Schema and the printed skeleton tell of it. The kind is
 * one tree of these; its TypeScript type follows from it (`Read`).
 */
export interface Node<T> {
  /** The value; what does not fit is reported, all of it at once, and the default stands in. */
  read(value: unknown, at: Place): T;
  /** JSON Schema (draft 07, which editors understand best). */
  readonly jsonSchema: JsonSchema;
  /** An example or the default, for the skeleton; objects give their fields. */
  readonly sample: Sample;
}

export type Read<N> = N extends Node<infer T> ? T : never;

/** Where the reading stands, and what it needs from outside. */
export type Place = {
  /** `spec.hosts[2].ssh`; empty at the top. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly report: (issue: Issue) => void;
};

export type JsonSchema = { readonly [keyword: string]: unknown };

export type Sample =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "fields"; readonly fields: readonly SampleField[] }
  | { readonly kind: "items"; readonly item: Sample };

export type SampleField = {
  readonly name: string;
  readonly describe: string;
  readonly sample: Sample;
  /** Written plainly in the skeleton; the others are commented out. */
  readonly isShown: boolean;
};

export function below(at: Place, key: string | number): Place {
  const path = typeof key === "number" ? `${at.path}[${key}]` : at.path ? `${at.path}.${key}` : key;
  return { ...at, path };
}

/** What was found, as a person would quote it. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function reportWrong(at: Place, value: unknown, allowed: string): void {
  at.report({ path: at.path, code: "INVALID_VALUE", message: `found ${quoted(value)}, allowed is ${allowed}` });
}
