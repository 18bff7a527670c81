import { type ApiError, forbidden } from "../../http/api-error.ts";
import type { Attributes } from "../chain.ts";

/** 403 about the object of a request. */
export function refused({ type, name }: Attributes, why: string): ApiError {
  return forbidden({ group: type.group, resource: type.resource, name }, why);
}
