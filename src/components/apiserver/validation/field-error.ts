import { ApiError, type Subject } from "../http/api-error.ts";

/** One complaint about one field, in upstream's words. */
export type FieldError = { readonly field: string; readonly reason: Reason; readonly message: string };
type Reason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueDuplicate"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "FieldValueNotFound";

export function required(field: string, detail = ""): FieldError {
  return { field, reason: "FieldValueRequired", message: detail ? `Required value: ${detail}` : "Required value" };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { field, reason: "FieldValueInvalid", message: `Invalid value: ${shown(value)}: ${detail}` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(", ");
  return {
    field,
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${shown(value)}: supported values: ${list}`,
  };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { field, reason: "FieldValueForbidden", message: `Forbidden: ${detail}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: "FieldValueDuplicate", message: `Duplicate value: ${shown(value)}` };
}

export function tooLong(field: string, maxLength: number): FieldError {
  return { field, reason: "FieldValueTooLong", message: `Too long: may not be more than ${maxLength} bytes` };
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { field, reason: "FieldValueTypeInvalid", message: `Invalid value: ${shown(value)}: ${detail}` };
}

export function notFoundField(field: string, value: unknown): FieldError {
  return { field, reason: "FieldValueNotFound", message: `Not found: ${shown(value)}` };
}

/** 422 with every complaint as a cause: `Pod "x" is invalid: [a: Required value, b: ...]`. */
export function invalidObject(subject: Subject & { kind: string }, errors: readonly FieldError[]): ApiError {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const qualified = subject.group ? `${subject.kind}.${subject.group}` : subject.kind;
  return new ApiError(422, "Invalid", `${qualified} ${JSON.stringify(subject.name)} is invalid: ${list}`, {
    ...(subject.name && { name: subject.name }),
    ...(subject.group && { group: subject.group }),
    kind: subject.kind,
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "null";
  return JSON.stringify(value);
}
