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

type Rules = { readonly strategy: Strategy; readonly validation: FieldValidation; readonly warnings: string[] };

/** Drops the fields that a kind does not have and, as the client wants it, warns of them or refuses the object. */
export function dropUnknownFields(
  object: KubeObject,
  type: ResourceType,
  { strategy, validation, warnings }: Rules,
): void {
  const unknown: string[] = [];
  const found = (path: string) => unknown.push(`unknown field ${JSON.stringify(path)}`);
  if (strategy.prepare) strategy.prepare(object, found);
  else {
    const stored = storedTypeOf(type);
    if (stored) conform(object as Record<string, unknown>, stored, found);
  }
  if (unknown.length === 0 || validation === "Ignore") return;
  if (validation === "Warn") {
    for (const text of unknown) if (!warnings.includes(text)) warnings.push(text);
    return;
  }
  throw new ApiError(
    400,
    "BadRequest",
    `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: strict decoding error: ${unknown.join(", ")}`,
  );
}
