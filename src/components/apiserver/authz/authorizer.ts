import type { User } from "../authn/user.ts";
import type { RequestInfo } from "../http/request-info.ts";

export type Decision = { readonly allowed: true; readonly reason: string } | Denial;
export type Denial = { readonly allowed: false; readonly reason: string };

/** Says whether a user may do something. Sees no objects but those that it keeps track of itself. */
export type Authorizer = {
  authorize(user: User, info: RequestInfo): Promise<Decision> | Decision;
};

/** Asks one after the other; the first that allows decides, and the reasons of the others are kept. */
export function firstAllows(authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(user, info) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = await authorizer.authorize(user, info);
        if (decision.allowed) return decision;
        if (decision.reason) reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join(", ") };
    },
  };
}
