import { parseDuration } from "../base/duration.ts";
import type { BootstrapToken } from "../config/kubeadm/bootstrap-token.ts";
import type { KubeObject } from "../kube/object.ts";
import { parseToken } from "./bootstrap-token.ts";

export const tokenSecretType = "bootstrap.kubernetes.io/token";

export function tokenSecretName(id: string): string {
  return `bootstrap-token-${id}`;
}

/** The Secret that makes a token known to the cluster; a ttl of 0 gives no expiry. Throws RangeError for a malformed token. */
export function tokenSecret(token: BootstrapToken, now: Date): KubeObject {
  const parts = parseToken(token.token);
  if (!parts) throw new RangeError("not a bootstrap token");
  const data = {
    "token-id": parts.id,
    "token-secret": parts.secret,
    ...(token.description ? { description: token.description } : {}),
    ...expiration(token, now),
    ...Object.fromEntries(token.usages.map((usage) => [`usage-bootstrap-${usage}`, "true"])),
    ...(token.groups.length > 0 ? { "auth-extra-groups": token.groups.join(",") } : {}),
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: tokenSecretName(parts.id), namespace: "kube-system" },
    type: tokenSecretType,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
  };
}

function expiration({ ttl, expires }: BootstrapToken, now: Date): { expiration?: string } {
  if (expires !== undefined) return { expiration: wholeSeconds(new Date(expires)) };
  const ttlMs = parseDuration(ttl ?? "0s") ?? 0;
  return ttlMs > 0 ? { expiration: wholeSeconds(new Date(now.getTime() + ttlMs)) } : {};
}

/** RFC 3339 in UTC without fractions. */
function wholeSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
