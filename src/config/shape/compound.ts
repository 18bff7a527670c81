import type { Report } from "../issue.ts";
import { show } from "./scalar.ts";
import { isRecord, type Shape, type Typed } from "./shape.ts";

type Fields = Readonly<Record<string, Shape<never>>>;
type Struct<F> = { readonly [K in keyof F]: Typed<F[K]> };

/** An object with these fields and no others; always printed. `aside` names keys that are read elsewhere. */
export function struct<F>(fields: F, aside: readonly string[] = []): Shape<Struct<F>> {
  const shapes = Object.entries(fields as Fields);
  const known = new Set([...shapes.map(([name]) => name), ...aside]);
  return {
    decode: (value, path, report) => {
      const found = isRecord(value) ? value : {};
      if (value != null && !isRecord(value))
        report({ path, code: "WRONG_TYPE", message: `${show(value)} is not a mapping` });
      for (const key of Object.keys(found)) if (!known.has(key)) report(unknownField(join(path, key), key, known));
      return Object.fromEntries(
        shapes.map(([name, shape]) => [name, shape.decode(found[name], join(path, name), report)]),
      ) as unknown as Struct<F>;
    },
    encode: (value) => {
      const printed = shapes.map(([name, shape]) => [name, shape.encode(value[name as keyof F] as never)] as const);
      return Object.fromEntries(printed.filter(([, field]) => field !== undefined));
    },
    zero: {},
  };
}

/** A list; left out of the print when it is empty. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    decode: (value, path, report) => {
      if (value == null) return [];
      if (!Array.isArray(value)) {
        report({ path, code: "WRONG_TYPE", message: `${show(value)} is not a list` });
        return [];
      }
      return value.map((one, index) => item.decode(one, `${path}[${index}]`, report));
    },
    encode: (value) => (value.length === 0 ? undefined : value.map((one) => item.encode(one) ?? item.zero)),
    zero: null,
  };
}

/** A mapping with free keys; left out of the print when it is empty. */
export function map<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    decode: (value, path, report) => decodeMap(item, value, { path, report }),
    encode: (value) => {
      const entries = Object.entries(value).map(([key, one]) => [key, item.encode(one) ?? item.zero]);
      return entries.length === 0 ? undefined : Object.fromEntries(entries);
    },
    zero: null,
  };
}

function decodeMap<T>(item: Shape<T>, value: unknown, { path, report }: { path: string; report: Report }) {
  if (value == null) return {};
  if (!isRecord(value)) {
    report({ path, code: "WRONG_TYPE", message: `${show(value)} is not a mapping` });
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, item.decode(one, join(path, key), report)]),
  );
}

function unknownField(path: string, key: string, known: ReadonlySet<string>) {
  const meant = [...known].find((name) => name.toLowerCase() === key.toLowerCase());
  const message = `unknown field${meant ? `; did you mean ${meant}` : ""}`;
  return { path, code: "UNKNOWN_FIELD", message } as const;
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}
