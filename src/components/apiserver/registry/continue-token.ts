import { badRequest } from "../http/api-error.ts";

/** Where a paged list goes on: after which key, at which revision (0: at the newest). */
export type ContinueToken = { readonly revision: number; readonly start: string };

const version = "meta.k8s.io/v1";

/** Upstream's form, so that a list begun on one server can go on at another. */
export function encodeContinue({ revision, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: version, rv: revision, start })).toString("base64url");
}

export function decodeContinue(token: string): ContinueToken {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, "base64url").toString()) as Record<string, unknown>;
    if (v === version && typeof rv === "number" && typeof start === "string" && !start.includes("../")) {
      return { revision: Math.max(0, rv), start };
    }
  } catch {
    // Falls through to the one complaint.
  }
  throw badRequest("continue key is not valid");
}
