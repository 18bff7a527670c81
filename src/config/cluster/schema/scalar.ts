import { below, type JsonSchema, type Node, type Place, reportWrong } from "./node.ts";

export type TextRule = {
  /** In words, for the error: "an IP address". */
  readonly allowed: string;
  readonly accepts: (text: string) => boolean;
  readonly jsonSchema?: JsonSchema;
};

export type TextOptions = {
  readonly rule?: TextRule;
  readonly example?: string;
  /** `${VAR}` is replaced from the environment; `$${VAR}` stands for itself. */
  readonly expandsEnv?: boolean;
};

/** A non-empty string. */
export function text({ rule, example = "", expandsEnv = false }: TextOptions = {}): Node<string> {
  return {
    read: (value, at) => {
      if (typeof value !== "string" || value === "") return wrong(at, value, rule?.allowed ?? "a string");
      const expanded = expandsEnv ? expand(value, at) : value;
      if (expanded === undefined) return "";
      return rule && !rule.accepts(expanded) ? wrong(at, value, rule.allowed) : expanded;
    },
    jsonSchema: { type: "string", minLength: 1, ...(expandsEnv ? {} : rule?.jsonSchema) },
    sample: { kind: "value", value: example },
  };
}

export function integer({ min, max, example }: { min: number; max: number; example: number }): Node<number> {
  return {
    read: (value, at) => {
      if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
      reportWrong(at, value, `a whole number from ${min} to ${max}`);
      return min;
    },
    jsonSchema: { type: "integer", minimum: min, maximum: max },
    sample: { kind: "value", value: example },
  };
}

export function flag(example = true): Node<boolean> {
  return {
    read: (value, at) => {
      if (typeof value === "boolean") return value;
      reportWrong(at, value, "true or false");
      return false;
    },
    jsonSchema: { type: "boolean" },
    sample: { kind: "value", value: example },
  };
}

/** One of these words. */
export function word<const T extends string>(...values: readonly [T, ...T[]]): Node<T> {
  return {
    read: (value, at) => {
      const found = values.find((one) => one === value);
      if (found === undefined) reportWrong(at, value, values.join(", "));
      return found ?? values[0];
    },
    jsonSchema: { enum: values },
    sample: { kind: "value", value: values[0] },
  };
}

/** Anything that YAML can say; another document's business. */
export function free(example: unknown): Node<unknown> {
  return { read: (value) => value, jsonSchema: {}, sample: { kind: "value", value: example } };
}

/** A mapping from free names to values of one kind. */
export function dictionary<T>(
  item: Node<T>,
  { key, example }: { key?: TextRule; example: Readonly<Record<string, unknown>> },
): Node<Readonly<Record<string, T>>> {
  return {
    read: (value, at) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        reportWrong(at, value, "a mapping");
        return {};
      }
      const entries = Object.entries(value).map(([name, one]) => {
        if (key && !key.accepts(name)) reportWrong(below(at, name), name, key.allowed);
        return [name, item.read(one, below(at, name))] as const;
      });
      return Object.fromEntries(entries);
    },
    jsonSchema: { type: "object", additionalProperties: item.jsonSchema },
    sample: { kind: "value", value: example },
  };
}

function wrong(at: Place, value: unknown, allowed: string): string {
  reportWrong(at, value, allowed);
  return "";
}

function expand(value: string, at: Place): string | undefined {
  const missing = new Set<string>();
  const expanded = value.replace(/\$(\$?)\{(\w+)\}/g, (whole, dollar: string, name: string) => {
    if (dollar) return whole.slice(1);
    const found = at.env[name];
    if (found === undefined) missing.add(name);
    return found ?? "";
  });
  for (const name of missing) {
    at.report({ path: at.path, code: "INVALID_VALUE", message: `the environment variable ${name} is not set` });
  }
  return missing.size > 0 ? undefined : expanded;
}
