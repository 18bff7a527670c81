import { type Fields, mapAt } from "../defaulting/missing.ts";
import { type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { labelValue, qualifiedName } from "./names.ts";
import { labelErrors } from "./object-meta.ts";
import { items, type Rule } from "./rules.ts";

const operators = ["In", "NotIn", "Exists", "DoesNotExist"];

/** A selector in the form of objects (apimachinery's ValidateLabelSelector). */
export const labelSelector: Rule = (value, path) => {
  if (value === undefined || value === null) return [];
  const selector = value as Fields;
  return [
    ...labelErrors(mapAt(selector, "matchLabels") as Record<string, string> | undefined, `${path}.matchLabels`),
    ...items(requirement)(selector.matchExpressions, `${path}.matchExpressions`),
  ];
};

const requirement: Rule = (value, path) => {
  const { key, operator, values } = value as { key?: string; operator?: string; values?: string[] };
  return [
    ...valuesErrors(operator, values ?? [], `${path}.values`),
    ...(operators.includes(operator ?? "")
      ? []
      : [invalid(`${path}.operator`, operator ?? "", "not a valid selector operator")]),
    ...qualifiedName(key ?? "").map((text) => invalid(`${path}.key`, key ?? "", text)),
    ...(values ?? []).flatMap((one, index) =>
      labelValue(one).map((text) => invalid(`${path}.values[${index}]`, one, text)),
    ),
  ];
};

function valuesErrors(operator: string | undefined, values: readonly string[], path: string): FieldError[] {
  if ((operator === "In" || operator === "NotIn") && values.length === 0)
    return [required(path, "must be specified when `operator` is 'In' or 'NotIn'")];
  if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
    return [forbiddenField(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  return [];
}
