import { createHmac, timingSafeEqual } from "node:crypto";
import type { TokenParts } from "./bootstrap-token.ts";

/** Signs a text with a token: JWS compact form without its payload (RFC 7515, appendix F), HS256, the id as key id. */
export function signDetached(content: string, { id, secret }: TokenParts): string {
  const header = base64url(`{"alg":"HS256","kid":"${id}"}`);
  const signature = createHmac("sha256", secret)
    .update(`${header}.${base64url(content)}`)
    .digest("base64url");
  return `${header}..${signature}`;
}

/** Whether `signature` is what the token makes of `content`. */
export function verifyDetached(content: string, signature: string, token: TokenParts): boolean {
  const expected = Buffer.from(signDetached(content, token));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
