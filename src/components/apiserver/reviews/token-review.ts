import { userOfToken } from "../authn/authenticate.ts";
import type { TokenAuthenticator } from "../authn/authenticator.ts";
import { authenticated, type User } from "../authn/user.ts";
import { ApiError, badRequest } from "../http/api-error.ts";
import { readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";

/** tokenreviews: whose token is this? */
export function tokenReview(tokens: readonly TokenAuthenticator[]): SpecialHandler {
  return async (_context, { exchange }) => {
    const { spec } = ((await readValue(exchange.request)) ?? {}) as { spec?: { token?: string; audiences?: string[] } };
    if (!spec?.token) throw badRequest("token is required for TokenReview in authentication");
    const status = await statusOf(tokens, spec.token, spec.audiences);
    const object = {
      kind: "TokenReview",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { creationTimestamp: null },
      spec,
      status,
    };
    return { kind: "object", status: 201, object };
  };
}

async function statusOf(
  tokens: readonly TokenAuthenticator[],
  token: string,
  audiences: readonly string[] | undefined,
): Promise<object> {
  try {
    const found = await userOfToken(token, tokens, audiences?.length ? audiences : undefined);
    if (!found) return { user: {}, error: "token lookup failed" };
    return {
      authenticated: true,
      user: userInfo(authenticated(found.user)),
      ...(found.audiences && { audiences: found.audiences }),
    };
  } catch (error) {
    if (error instanceof ApiError) return { user: {}, error: "[invalid bearer token]" };
    throw error;
  }
}

/** selfsubjectreviews: who am I? */
export const selfSubjectReview: SpecialHandler = async (_context, { exchange }) => ({
  kind: "object",
  status: 201,
  object: {
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { creationTimestamp: null },
    status: { userInfo: userInfo(exchange.user) },
  },
});

function userInfo({ name, uid, groups, extra }: User): object {
  return { username: name, ...(uid && { uid }), groups, ...(extra && Object.keys(extra).length > 0 && { extra }) };
}
