import jsonPatch, { type Operation } from "fast-json-patch";
import { ApiError, badRequest } from "../http/api-error.ts";

/** Operations beyond this are refused, as upstream's limit has it. */
const maxOperations = 10_000;

/** Applies RFC 6902 operations to a copy; 400 for a malformed patch, 422 for one that does not fit the object. */
export function applyJsonPatch<T extends object>(target: T, patch: unknown): T {
  if (!Array.isArray(patch)) throw badRequest("error decoding patch: a JSON patch is a list of operations");
  if (patch.length > maxOperations) {
    throw new ApiError(
      413,
      "RequestEntityTooLarge",
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
    );
  }
  try {
    return jsonPatch.applyPatch(target, patch as Operation[], true, false, true).newDocument;
  } catch (error) {
    const text = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new ApiError(422, "Invalid", `the server rejected our request due to an error in our request: ${text}`, {});
  }
}
