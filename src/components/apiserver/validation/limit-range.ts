import { parseQuantity } from "../../../kube/quantity.ts";
import type { Fields } from "../defaulting/missing.ts";
import { quantityErrors } from "./container.ts";
import { duplicate, type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { entries, ofSpec } from "./rules.ts";

const limitTypes = ["Pod", "Container", "PersistentVolumeClaim"];
const bounds = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;
type Bound = (typeof bounds)[number];
type Limit = { readonly type?: string } & Partial<Record<Bound, Record<string, string>>>;

/** Pairs of bounds of which the first may not be more than the second, where a breach is told, and how. */
const orders: readonly (readonly [low: Bound, high: Bound, at: Bound, words: readonly [string, string]])[] = [
  ["min", "max", "min", ["min value", "max value"]],
  ["min", "defaultRequest", "defaultRequest", ["min value", "default request value"]],
  ["defaultRequest", "max", "defaultRequest", ["default request value", "max value"]],
  ["defaultRequest", "default", "defaultRequest", ["default request value", "default limit value"]],
  ["min", "default", "default", ["min value", "default value"]],
  ["default", "max", "default", ["default value", "max value"]],
];

function orderErrors(limit: Limit, path: string): FieldError[] {
  return orders.flatMap(([low, high, at, [lowWord, highWord]]) =>
    Object.entries(limit[low] ?? {}).flatMap(([name, less]) => {
      const more = limit[high]?.[name];
      if (more === undefined || (parseQuantity(less) ?? 0) <= (parseQuantity(more) ?? 0)) return [];
      const value = limit[at]?.[name];
      return [invalid(`${path}.${at}[${name}]`, value, `${lowWord} ${less} is greater than ${highWord} ${more}`)];
    }),
  );
}

function ratioErrors({ maxLimitRequestRatio = {}, min = {}, max = {} }: Limit, path: string): FieldError[] {
  return Object.entries(maxLimitRequestRatio).flatMap(([name, text]) => {
    const at = `${path}.maxLimitRequestRatio[${name}]`;
    const ratio = parseQuantity(text) ?? 0;
    const [least, most] = [parseQuantity(min[name] ?? ""), parseQuantity(max[name] ?? "")];
    const widest = least && most ? most / least : undefined;
    return [
      ...(ratio < 1 ? [invalid(at, text, `ratio ${text} is less than 1`)] : []),
      ...(widest !== undefined && ratio > widest
        ? [invalid(at, text, `ratio ${text} is greater than max/min = ${widest.toFixed(6)}`)]
        : []),
    ];
  });
}

function limitErrors(limit: Limit, path: string): FieldError[] {
  const { type = "" } = limit;
  const forPods = ["default", "defaultRequest"] as const;
  const extra = type === "Pod" ? forPods.filter((one) => Object.keys(limit[one] ?? {}).length > 0) : [];
  const isUnbounded = type === "PersistentVolumeClaim" && !limit.min?.storage && !limit.max?.storage;
  const amounts = bounds.flatMap((bound) => entries(quantityErrors)(limit[bound], `${path}.${bound}`));
  return [
    ...(limitTypes.includes(type) || type.includes("/")
      ? []
      : [invalid(`${path}.type`, type, "must be a standard limit type or fully qualified")]),
    ...extra.map((one) => forbiddenField(`${path}.${one}`, "may not be specified when `type` is 'Pod'")),
    ...(isUnbounded
      ? [required(`${path}.limits`, "either minimum or maximum storage value is required, but neither was provided")]
      : []),
    ...amounts,
    ...(amounts.length > 0 ? [] : [...orderErrors(limit, path), ...ratioErrors(limit, path)]),
  ];
}

/** A LimitRange. */
export const validateLimitRange = ofSpec((value, path) => {
  const seen = new Set<string>();
  return (((value as Fields).limits ?? []) as Limit[]).flatMap((limit, index) => {
    const at = `${path}.limits[${index}]`;
    const { type = "" } = limit;
    const isRepeated = seen.has(type);
    seen.add(type);
    return [...(isRepeated ? [duplicate(`${at}.type`, type)] : []), ...limitErrors(limit, at)];
  });
});
