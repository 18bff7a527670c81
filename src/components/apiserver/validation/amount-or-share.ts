import { type FieldError, invalid } from "./field-error.ts";
import type { Rule } from "./rules.ts";

const percent =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A count or a percentage, of 100 % at most unless said otherwise. */
export function amountOrShare({ isBounded = true } = {}): Rule {
  return (value, path): FieldError[] => {
    if (value === undefined || value === null) return [];
    if (typeof value === "number") return value < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];
    if (!/^\d+%$/.test(String(value))) return [invalid(path, value, percent)];
    return isBounded && Number.parseInt(String(value), 10) > 100
      ? [invalid(path, value, "must not be greater than 100%")]
      : [];
  };
}

/** Whether nothing would ever be taken: 0 or 0%. */
export function isNothing(value: unknown): boolean {
  return Number.parseInt(String(value ?? 0), 10) === 0;
}
