import { nearest } from "../../../base/nearest.ts";
import { below, type JsonSchema, type Node, type Place, reportWrong, type Sample, type SampleField } from "./node.ts";

/** A field of an object: its node, what it is for, and what its absence means. */
export type Field<T> = {
  readonly node: Node<unknown>;
  readonly describe: string;
  readonly whenAbsent:
    | { readonly kind: "required" }
    | { readonly kind: "none" }
    | { readonly kind: "default"; readonly value: unknown };
  readonly isShown: boolean;
  /** Carries the type; never set. */
  readonly type?: T;
};

export function required<T>(node: Node<T>, describe: string): Field<T> {
  return { node, describe, whenAbsent: { kind: "required" }, isShown: true };
}

export function optional<T>(node: Node<T>, describe: string): Field<T | undefined> {
  return { node, describe, whenAbsent: { kind: "none" }, isShown: false };
}

/** A field that may be left out; the default goes through the node, so it may be written as the file would. */
export function withDefault<T>(node: Node<T>, value: unknown, describe: string): Field<T> {
  return { node, describe, whenAbsent: { kind: "default", value }, isShown: false };
}

/** The field stands uncommented in the printed skeleton. */
export function shown<T>(field: Field<T>): Field<T> {
  return { ...field, isShown: true };
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type FieldType<F> = F extends Field<infer T> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: undefined extends FieldType<F[K]> ? K : never }[keyof F];
type Struct<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: FieldType<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: Exclude<FieldType<F[K]>, undefined>;
};

/** An object with these fields and no others. */
export function object<const F extends Fields>(fields: F): Node<Struct<F>> {
  const names = Object.keys(fields);
  return {
    read: (value, at) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        reportWrong(at, value, `a mapping with ${names.join(", ")}`);
        return {} as Struct<F>;
      }
      for (const key of Object.keys(value)) if (!(key in fields)) reportUnknown(at, key, names);
      const found = value as Readonly<Record<string, unknown>>;
      const entries = Object.entries(fields).map(([name, field]) => [
        name,
        readField(field, found[name], below(at, name)),
      ]);
      return Object.fromEntries(entries.filter(([, read]) => read !== undefined)) as Struct<F>;
    },
    jsonSchema: {
      type: "object",
      additionalProperties: false,
      required: Object.entries(fields).flatMap(([name, { whenAbsent }]) =>
        whenAbsent.kind === "required" ? [name] : [],
      ),
      properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)])),
    },
    sample: { kind: "fields", fields: Object.entries(fields).map(([name, field]) => sampleField(name, field)) },
  };
}

/** A list; with `by`, two items may not give the same value. */
export function list<T>(item: Node<T>, { least = 0 }: { least?: number } = {}): Node<readonly T[]> {
  return {
    read: (value, at) => {
      if (!Array.isArray(value)) {
        reportWrong(at, value, "a list");
        return [];
      }
      if (value.length < least) reportWrong(at, value, `a list of at least ${least}`);
      return value.map((one, index) => item.read(one, below(at, index)));
    },
    jsonSchema: { type: "array", items: item.jsonSchema, ...(least > 0 ? { minItems: least } : {}) },
    sample: { kind: "items", item: item.sample },
  };
}

/** A node that may also be written in a shorter form, which `expand` turns into the long one; undefined when it is none. */
export function shorthand<T>(
  node: Node<T>,
  short: { schema: JsonSchema; expand: (value: unknown) => unknown },
): Node<T> {
  return {
    read: (value, at) => node.read(short.expand(value) ?? value, at),
    jsonSchema: { anyOf: [short.schema, node.jsonSchema] },
    sample: node.sample,
  };
}

function readField({ node, whenAbsent }: Field<unknown>, value: unknown, at: Place): unknown {
  if (value !== undefined && value !== null) return node.read(value, at);
  if (whenAbsent.kind === "default") return node.read(whenAbsent.value, at);
  if (whenAbsent.kind === "required") at.report({ path: at.path, code: "REQUIRED", message: "is required" });
  return undefined;
}

function reportUnknown(at: Place, key: string, names: readonly string[]): void {
  const meant = nearest(key, names);
  const hint = meant ? `did you mean ${meant}?` : `allowed are ${names.join(", ")}`;
  at.report({ path: below(at, key).path, code: "UNKNOWN_FIELD", message: `unknown field; ${hint}` });
}

function fieldSchema({ node, describe, whenAbsent }: Field<unknown>): JsonSchema {
  const fallback = whenAbsent.kind === "default" ? { default: whenAbsent.value } : {};
  return { description: describe, ...node.jsonSchema, ...fallback };
}

function sampleField(name: string, { node, describe, whenAbsent, isShown }: Field<unknown>): SampleField {
  const fallback = whenAbsent.kind === "default" ? whenAbsent.value : undefined;
  const isTelling = node.sample.kind === "value" && fallback !== undefined && typeof fallback !== "object";
  const sample: Sample = isTelling ? { kind: "value", value: fallback } : node.sample;
  return { name, describe, sample, isShown };
}
