import { meetsSet } from "./set-requirement.ts";

/** A LabelSelector of meta/v1: every label and every expression must hold; an empty one selects everything. */
export type LabelSelector = {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelRequirement[];
};
export type LabelRequirement = {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
};
type Labels = Readonly<Record<string, string>> | undefined;

/** Whether labels satisfy the selector; an absent selector selects nothing (as null does in the API). */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  return (
    selectsLabels(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels))
  );
}

/** Whether labels hold every pair of a plain map, as a Service's selector is one. */
export function selectsLabels(wanted: Readonly<Record<string, string>>, labels: Labels): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

/** Whether a selector leaves every object in: neither labels nor expressions. */
export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}

/** The selector in the form of the `labelSelector` query parameter. */
export function formatSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  return [...equal, ...matchExpressions.map(formatRequirement)].join(",");
}

function formatRequirement({ key, operator, values = [] }: LabelRequirement): string {
  switch (operator) {
    case "In":
      return `${key} in (${values.join(",")})`;
    case "NotIn":
      return `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return operator satisfies never;
  }
}

function meets({ key, operator, values = [] }: LabelRequirement, labels: Labels): boolean {
  return meetsSet(operator, values, labels?.[key]);
}
