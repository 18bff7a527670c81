import { parseDuration } from "../../base/duration.ts";
import { SlipwayError } from "../../base/errors.ts";

/** What a flag takes; durations are Go's ("1h30m"), given in milliseconds. */
export type FlagKind = "string" | "boolean" | "number" | "duration" | "strings";
type ValueOf<K extends FlagKind> = K extends "string"
  ? string
  : K extends "boolean"
    ? boolean
    : K extends "strings"
      ? readonly string[]
      : number;

/** The flags of a program by name, each with its kind and its default in the flag's own spelling. */
export type FlagTable = Readonly<Record<string, { readonly kind: FlagKind; readonly default: string }>>;
export type FlagValues<T extends FlagTable> = { readonly [N in keyof T]: ValueOf<T[N]["kind"]> };

/**
 * Parses flags as Go programs do: `--name=value`, `--name value`, `--bool`, underscores for dashes; repeated lists add up.
 * Throws SlipwayError FLAG_UNKNOWN or FLAG_INVALID (exit 64).
 */
export function parseFlags<const T extends FlagTable>(table: T, argv: readonly string[]): FlagValues<T> {
  const given = new Map<string, string>();
  for (let at = 0; at < argv.length; at++) {
    const [, spelled = "", inline] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(argv[at] ?? "") ?? [];
    const name = spelled.replaceAll("_", "-");
    const flag = table[name];
    if (!flag) throw usage("FLAG_UNKNOWN", `unknown flag: ${argv[at]}`);
    const value = inline ?? (flag.kind === "boolean" ? "true" : argv[++at]);
    if (value === undefined) throw usage("FLAG_INVALID", `flag needs an argument: --${name}`);
    const before = flag.kind === "strings" ? given.get(name) : undefined;
    given.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(
    Object.entries(table).map(([name, flag]) => [name, parseValue(name, flag.kind, given.get(name) ?? flag.default)]),
  ) as FlagValues<T>;
}

function parseValue(name: string, kind: FlagKind, text: string): unknown {
  const value = parsers[kind](text);
  if (value === undefined || Number.isNaN(value)) {
    throw usage("FLAG_INVALID", `invalid argument "${text}" for "--${name}": it takes a ${kind}`);
  }
  return value;
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  "1": true,
  false: false,
  f: false,
  "0": false,
};
const parsers: Readonly<Record<FlagKind, (text: string) => unknown>> = {
  string: (text) => text,
  boolean: (text) => booleans[text.toLowerCase()],
  number: (text) => (text.trim() === "" ? Number.NaN : Number(text)),
  duration: parseDuration,
  strings: (text) =>
    text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
};

function usage(code: string, message: string): SlipwayError {
  return new SlipwayError({ code, exit: "usage", message });
}
