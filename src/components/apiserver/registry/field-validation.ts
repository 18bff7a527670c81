import type { KubeObject } from "../../../kube/object.ts";
import { ApiError, badRequest } from "../http/api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { storedTypeOf } from "../schema/api-types.ts";
import { conform } from "../schema/conform.ts";
import type { Strategy } from "./strategy.ts";

export type FieldValidation = "Ignore" | "Warn" | "Strict";

export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const value = query.get("fieldValidation") || "Warn";
  if (value === "Ignore" || value === "Warn" || value === "Strict") return value;
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "", "Ignore", "Strict", "Warn"`,
  );
}

/** What a client wants done about fields that can't be taken as they are. */
export type FieldRules = {
  readonly validation: FieldValidation;
  /** Paths of fields that stand in the client's text more than once. */
  readonly duplicates: () => readonly string[];
};
export const ignoreFields: FieldRules = { validation: "Ignore", duplicates: () => [] };

type Rules = FieldRules & { readonly strategy: Strategy; readonly warnings: string[] };

/** Drops the fields that a kind does not have and, as the client wants it, warns of them (and of repeated ones) or refuses the object. */
export function dropUnknownFields(
  object: KubeObject,
  type: ResourceType,
  { strategy, validation, warnings, duplicates }: Rules,
): void {
  const paths: string[] = [];
  const found = (path: string) => paths.push(path);
  if (strategy.prepare) strategy.prepare(object, found);
  else {
    const stored = storedTypeOf(type);
    if (stored) conform(object as Record<string, unknown>, stored, found);
  }
  if (validation === "Ignore") return;
  // An unknown field that is there twice is told once, as unknown.
  const repeated = duplicates().filter((path) => type.custom || !paths.includes(path));
  const complaints = [
    ...repeated.map((path) => `duplicate field ${JSON.stringify(path)}`),
    ...paths.map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
  if (complaints.length === 0) return;
  if (validation === "Warn") {
    for (const text of complaints) if (!warnings.includes(text)) warnings.push(text);
    return;
  }
  throw new ApiError(
    400,
    "BadRequest",
    `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: strict decoding error: ${complaints.join(", ")}`,
  );
}
