import { timingSafeEqual } from "node:crypto";
import type { ObjectReader } from "../registry/object-reader.ts";
import type { TokenAuthenticator } from "./authenticator.ts";
import { groups } from "./user.ts";

const form = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const secretType = "bootstrap.kubernetes.io/token";

/** Tokens of joining nodes, each a Secret of kube-system named bootstrap-token-<id>. */
export function bootstrapTokens(read: ObjectReader, now: () => Date): TokenAuthenticator {
  return async (token) => {
    const [, id, secret] = form.exec(token) ?? [];
    if (!id || !secret) return undefined;
    const found = await read("secrets", "kube-system", `bootstrap-token-${id}`);
    if (!found || found.type !== secretType || found.metadata.deletionTimestamp) return undefined;
    const data = (found.data ?? {}) as Record<string, string>;
    const field = (name: string) => Buffer.from(data[name] ?? "", "base64").toString();
    if (field("token-id") !== id || !isSame(field("token-secret"), secret)) return undefined;
    const expiration = field("expiration");
    if (expiration && !(Date.parse(expiration) > now().getTime())) return undefined;
    if (field("usage-bootstrap-authentication") !== "true") return undefined;
    const extra = field("auth-extra-groups").split(",").filter(Boolean);
    return { user: { name: `system:bootstrap:${id}`, groups: [groups.bootstrappers, ...extra] } };
  };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
