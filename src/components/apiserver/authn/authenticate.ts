import { unauthorized } from "../http/api-error.ts";
import { header, type RawRequest } from "../http/exchange.ts";
import type { Authenticator, TokenAuthenticator, TokenUser } from "./authenticator.ts";
import { anonymous, authenticated, type User } from "./user.ts";

export type Authentication = {
  /** Ways that look at the connection or at headers, in order. */
  readonly direct: readonly Authenticator[];
  readonly tokens: readonly TokenAuthenticator[];
  readonly allowsAnonymous: boolean;
};

/** Who sends a request; rejects with 401 when its credentials are bad, or when it has none and may not. */
export async function authenticate(request: RawRequest, ways: Authentication): Promise<User> {
  let isRefused = false;
  for (const way of ways.direct) {
    const user = way(request);
    if (user === "refused") isRefused = true;
    else if (user) return authenticated(user);
  }
  const token = bearerToken(request);
  if (token !== undefined) {
    const found = await userOfToken(token, ways.tokens);
    if (!found) throw unauthorized();
    return authenticated(found.user);
  }
  // Bad credentials do not make a sender anonymous.
  if (isRefused || !ways.allowsAnonymous) throw unauthorized();
  return anonymous;
}

export async function userOfToken(
  token: string,
  ways: readonly TokenAuthenticator[],
  audiences?: readonly string[],
): Promise<TokenUser | undefined> {
  for (const way of ways) {
    const found = await way(token, audiences);
    if (found) return found;
  }
  return undefined;
}

const socketToken = "base64url.bearer.authorization.k8s.io.";

/** From the Authorization header, or from a WebSocket's subprotocols, where browsers must put it. */
function bearerToken(request: RawRequest): string | undefined {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(header(request, "authorization").trim()) ?? [];
  if (token) return token;
  const protocol = header(request, "sec-websocket-protocol")
    .split(",")
    .map((one) => one.trim())
    .find((one) => one.startsWith(socketToken));
  return protocol && Buffer.from(protocol.slice(socketToken.length), "base64url").toString();
}
