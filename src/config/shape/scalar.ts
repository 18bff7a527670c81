import { formatDuration, parseDuration } from "../../base/duration.ts";
import type { Report } from "../issue.ts";
import type { Shape } from "./shape.ts";

/** A string; "" counts as absent. */
export function string(fallback = ""): Shape<string> {
  return scalar({ fallback, name: "a string", zero: "", accepts: (value) => typeof value === "string" });
}

export function bool(fallback = false): Shape<boolean> {
  return scalar({ fallback, name: "true or false", zero: false, accepts: (value) => typeof value === "boolean" });
}

/** A switch that is on or off by default and whose state is always printed; a pointer in Go, so false is not absence. */
export function explicitBool(fallback: boolean): Shape<boolean> {
  return {
    decode: (value, path, report) => {
      if (value == null || typeof value === "boolean") return value ?? fallback;
      report({ path, code: "WRONG_TYPE", message: `${show(value)} is not true or false` });
      return fallback;
    },
    encode: (value) => value,
    zero: false,
  };
}

/** A whole number; 0 counts as absent. */
export function int(fallback = 0): Shape<number> {
  return scalar({ fallback, name: "a whole number", zero: 0, accepts: (value) => Number.isInteger(value) });
}

export function float(fallback = 0): Shape<number> {
  return scalar({ fallback, name: "a number", zero: 0, accepts: (value) => typeof value === "number" });
}

/** One of a closed set of strings. */
export function oneOf<const T extends string>(values: readonly T[], fallback: NoInfer<T>): Shape<T> {
  return {
    decode: (value, path, report) => {
      if (value == null || value === "") return fallback;
      if (values.includes(value as T)) return value as T;
      const quoted = values.filter((one) => one !== "").map((one) => `"${one}"`);
      report({ path, code: "INVALID_VALUE", message: `${show(value)} is none of ${quoted.join(", ")}` });
      return fallback;
    },
    encode: (value) => (value === "" ? undefined : value),
    zero: "",
  };
}

/** A duration in Go's notation, brought to the form that Go prints ("4m" becomes "4m0s"). Always printed. */
export function duration(fallback = "0s"): Shape<string> {
  return {
    decode: (value, path, report) => {
      if (value == null) return fallback;
      const ms = typeof value === "string" ? parseDuration(value) : undefined;
      if (ms !== undefined) return formatDuration(ms);
      report({ path, code: "WRONG_TYPE", message: `${show(value)} is not a duration such as "4m0s"` });
      return fallback;
    },
    encode: (value) => value,
    zero: "0s",
  };
}

/** Anything that YAML can say, kept as it is; for fields that another component owns. */
export function anything(): Shape<unknown> {
  return { decode: (value) => value ?? undefined, encode: (value) => value, zero: null };
}

export function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

type Scalar<T> = { fallback: T; name: string; zero: T; accepts: (value: unknown) => boolean };

function scalar<T>({ fallback, name, zero, accepts }: Scalar<T>): Shape<T> {
  return {
    decode: (value: unknown, path: string, report: Report) => {
      if (value == null || value === zero) return fallback;
      if (accepts(value)) return value as T;
      report({ path, code: "WRONG_TYPE", message: `${show(value)} is not ${name}` });
      return fallback;
    },
    encode: (value) => (value === zero ? undefined : value),
    zero,
  };
}
