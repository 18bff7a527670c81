import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";

/** Complaints about the value at a path. A rule says nothing of values that are absent, unless it asks for them. */
export type Rule = (value: unknown, path: string) => readonly FieldError[];

const isAbsent = (value: unknown) => value === undefined || value === null || value === "";

/** The fields of a map, each by its own rule. */
export function fields(table: Readonly<Record<string, Rule>>): Rule {
  return (value, path) => {
    if (isAbsent(value)) return [];
    const map = (value ?? {}) as Fields;
    return Object.entries(table).flatMap(([name, rule]) => rule(map[name], path ? `${path}.${name}` : name));
  };
}

/** The entries of a list. */
export function items(rule: Rule): Rule {
  return (value, path) =>
    Array.isArray(value) ? value.flatMap((one: unknown, index) => rule(one, `${path}[${index}]`)) : [];
}

/** The values of a map with free keys: `limits[cpu]`. */
export function entries(rule: Rule): Rule {
  return (value, path) => Object.entries((value ?? {}) as Fields).flatMap(([key, one]) => rule(one, `${path}[${key}]`));
}

export function all(...rules: readonly Rule[]): Rule {
  return (value, path) => rules.flatMap((rule) => rule(value, path));
}

/** What must be there; only then the other rules look at it. */
export function needed(rule: Rule = () => [], detail = ""): Rule {
  return (value, path) => {
    const isEmpty = isAbsent(value) || (Array.isArray(value) && value.length === 0);
    return isEmpty ? [required(path, detail)] : rule(value, path);
  };
}

export function among(...allowed: readonly string[]): Rule {
  return (value, path) =>
    isAbsent(value) || allowed.includes(String(value)) ? [] : [notSupported(path, value, allowed)];
}

export function atLeast(least: number, detail = `must be greater than or equal to ${least}`): Rule {
  return (value, path) => (isAbsent(value) || Number(value) >= least ? [] : [invalid(path, value, detail)]);
}

export function atMost(most: number, detail = `must be less than or equal to ${most}`): Rule {
  return (value, path) => (isAbsent(value) || Number(value) <= most ? [] : [invalid(path, value, detail)]);
}

/** A text in a form that `check` complains about. */
export function form(check: (text: string) => readonly string[]): Rule {
  return (value, path) => (isAbsent(value) ? [] : check(String(value)).map((text) => invalid(path, value, text)));
}

/** What may not be set here. */
export function absent(detail: string): Rule {
  return (value, path) => (value === undefined ? [] : [forbiddenField(path, detail)]);
}

/** A map in which one of several fields must be set, and no other beside it; that one is held to its rule. */
export function oneOf(sources: Readonly<Record<string, Rule>>, { none, more }: { none: string; more: string }): Rule {
  return (value, path) => {
    const map = (value ?? {}) as Fields;
    const [first, ...others] = Object.keys(sources).filter((name) => map[name] !== undefined && map[name] !== null);
    if (first === undefined) return [required(path, none)];
    return [
      ...(sources[first]?.(map[first], `${path}.${first}`) ?? []),
      ...others.map((name) => forbiddenField(`${path}.${name}`, more)),
    ];
  };
}

/** The rule for a whole object of a kind, by its spec. */
export function ofSpec(rule: Rule): (object: object) => FieldError[] {
  return (object) => [...rule(mapAt(object as Fields, "spec") ?? {}, "spec")];
}

/** Whether any entry of a list holds. */
export function anyIn(map: Fields | undefined, list: string, holds: (one: Fields) => boolean): boolean {
  return listAt(map, list).some(holds);
}
