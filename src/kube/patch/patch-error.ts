/** A patch that doesn't fit what it is applied to. */
export class PatchError extends Error {
  override readonly name = "PatchError";
}
