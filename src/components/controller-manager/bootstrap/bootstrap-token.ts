import { createHmac } from "node:crypto";
import type { Secret } from "../../../kube/kinds/config.ts";

const bootstrapTokenType = "bootstrap.kubernetes.io/token";

/** A bootstrap token of kube-system, with what it may be used for. */
export type BootstrapToken = {
  readonly id: string;
  readonly secret: string;
  readonly expiresAtMs: number | undefined;
  readonly signs: boolean;
};

/** Reads a token secret; undefined for other secrets and for malformed ones. */
export function bootstrapTokenOf({ type, metadata, data = {} }: Secret): BootstrapToken | undefined {
  const field = (name: string) => Buffer.from(data[name] ?? "", "base64").toString();
  const [id, secret, expiration] = [field("token-id"), field("token-secret"), field("expiration")];
  const isToken = type === bootstrapTokenType && metadata.name === `bootstrap-token-${id}`;
  if (!isToken || !/^[a-z0-9]{6}$/.test(id) || secret === "") return undefined;
  const expiresAtMs = expiration === "" ? undefined : Date.parse(expiration);
  return { id, secret, expiresAtMs, signs: field("usage-bootstrap-signing") === "true" };
}

/** An unreadable expiration counts as past, as upstream does. */
export function isExpired({ expiresAtMs }: BootstrapToken, nowMs: number): boolean {
  return expiresAtMs !== undefined && !(expiresAtMs > nowMs);
}

/** The detached signature of a kubeconfig by a token: JWS with HS256, its payload left out (RFC 7515, appendix F). */
function detachedSignature(content: string, { id, secret }: BootstrapToken): string {
  const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: id })).toString("base64url");
  const payload = Buffer.from(content).toString("base64url");
  const signature = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
  return `${header}..${signature}`;
}

const signaturePrefix = "jws-kubeconfig-";

/** The data of cluster-info with one signature for each token that signs, and none of others. */
export function signedClusterInfo(
  data: Readonly<Record<string, string>>,
  tokens: readonly BootstrapToken[],
): Record<string, string> {
  const plain = Object.entries(data).filter(([name]) => !name.startsWith(signaturePrefix));
  const { kubeconfig } = data;
  const signatures =
    kubeconfig === undefined
      ? []
      : tokens.map((token) => [signaturePrefix + token.id, detachedSignature(kubeconfig, token)]);
  return Object.fromEntries([...plain, ...signatures]);
}
