import type { Report } from "../issue.ts";

/**
 * A field of a configuration kind: how it is read from a file, which value it has when the file leaves it out, and when
 * it is printed. A kind is one `struct` of them, and its TypeScript type follows from it (`Typed`).
 */
export type Shape<T> = {
  /** The value at `path`; what doesn't fit is reported and counts as absent. Absent (or null) gives the default. */
  decode(value: unknown, path: string, report: Report): T;
  /** What is printed; undefined leaves the field out, as Go's omitempty does. */
  encode(value: T): unknown;
  /** What `always` prints where `encode` would leave the field out. */
  readonly zero: unknown;
};

export type Typed<S> = S extends Shape<infer T> ? T : never;

/** Prints the field even when it is empty, as Go does for fields without omitempty. */
export function always<T>(shape: Shape<T>): Shape<T> {
  return { ...shape, encode: (value) => shape.encode(value) ?? shape.zero };
}

/** A field that may be absent, which is different from empty; a pointer in Go. Prints whatever is set. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    decode: (value, path, report) => (value == null ? undefined : shape.decode(value, path, report)),
    encode: (value) => (value === undefined ? undefined : (shape.encode(value) ?? shape.zero)),
    zero: null,
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
