import { badRequest } from "../http/api-error.ts";

type Requirement =
  | { readonly key: string; readonly operator: "in" | "notin"; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: "exists" | "!" }
  | { readonly key: string; readonly operator: "gt" | "lt"; readonly value: number };
export type Labels = Readonly<Record<string, string>> | undefined;
export type LabelSelector = (labels: Labels) => boolean;

/** Parses the query form (`app=web,tier in (a,b),!x`); throws 400 on what is none. */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements = splitTopLevel(text)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(requirement);
  return (labels) => requirements.every((one) => satisfies(one, labels));
}

/** Compiles the object form (matchLabels, matchExpressions); an absent selector matches nothing, an empty one everything. */
export function compileLabelSelector(selector: unknown): LabelSelector {
  if (typeof selector !== "object" || selector === null) return () => false;
  const { matchLabels = {}, matchExpressions = [] } = selector as {
    matchLabels?: Record<string, string>;
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
  };
  const operators = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" } as const;
  const requirements = [
    ...Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: "in", values: [value] })),
    ...matchExpressions.map(({ key, operator, values = [] }): Requirement => {
      const known = operators[operator as keyof typeof operators];
      return known === "in" || known === "notin"
        ? { key, operator: known, values }
        : { key, operator: known ?? "exists" };
    }),
  ];
  return (labels) => requirements.every((one) => satisfies(one, labels));
}

function satisfies(one: Requirement, labels: Labels): boolean {
  const value = labels && Object.hasOwn(labels, one.key) ? labels[one.key] : undefined;
  switch (one.operator) {
    case "in":
      return value !== undefined && one.values.includes(value);
    case "notin":
      return value === undefined || !one.values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
      return value !== undefined && Number(value) > one.value;
    case "lt":
      return value !== undefined && Number(value) < one.value;
    default:
      return one satisfies never;
  }
}

function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

const setForm = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const comparison = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*([^=!<>\s]*)$/;
const existence = /^(!?)\s*([^=!<>\s()]+)$/;
const validKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

function requirement(part: string): Requirement {
  const parsed = bySetForm(part) ?? byComparison(part) ?? byExistence(part);
  if (!parsed) throw badRequest(`unable to parse requirement: found '${part}', expected: a label selector`);
  if (!validKey.test(parsed.key)) {
    throw badRequest(
      `unable to parse requirement: <nil>: Invalid value: "${parsed.key}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    );
  }
  return parsed;
}

function bySetForm(part: string): Requirement | undefined {
  const [, key, operator, values] = setForm.exec(part) ?? [];
  if (key === undefined || values === undefined) return undefined;
  return { key, operator: operator as "in" | "notin", values: values.split(",").map((value) => value.trim()) };
}

function byComparison(part: string): Requirement | undefined {
  const [, key, operator, value] = comparison.exec(part) ?? [];
  if (key === undefined || value === undefined) return undefined;
  if (operator === ">" || operator === "<") {
    if (!/^-?\d+$/.test(value)) throw badRequest(`for 'Gt', 'Lt' operators, the value must be an integer`);
    return { key, operator: operator === ">" ? "gt" : "lt", value: Number(value) };
  }
  return { key, operator: operator === "!=" ? "notin" : "in", values: [value] };
}

function byExistence(part: string): Requirement | undefined {
  const [, not, key] = existence.exec(part) ?? [];
  return key === undefined ? undefined : { key, operator: not ? "!" : "exists" };
}
