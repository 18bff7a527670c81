import { type FieldError, invalid } from "./field-error.ts";

/** Complaints about a port's number (apimachinery's IsValidPortNum). */
export function portNumber(path: string, value: unknown): FieldError[] {
  const isPort = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
  return isPort ? [] : [invalid(path, value, "must be between 1 and 65535, inclusive")];
}

/** Complaints about a port's name, an IANA service name (IsValidPortName). */
export function portNameProblems(name: string): string[] {
  return [
    ...(name.length > 15 ? ["must be no more than 15 bytes"] : []),
    ...(/^[-a-z0-9]*$/.test(name) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
    ...(/[a-z]/.test(name) ? [] : ["must contain at least one letter (a-z)"]),
    ...(name.includes("--") ? ["must not contain consecutive hyphens"] : []),
    ...(/^-|-$/.test(name) ? ["must not begin or end with a hyphen"] : []),
  ];
}

export function portNumberOrName(value: unknown, path: string): FieldError[] {
  if (typeof value === "string") return portNameProblems(value).map((text) => invalid(path, value, text));
  return portNumber(path, value ?? 0);
}
