import type { KubeObject } from "../kube/object.ts";
import { isTokenId } from "./bootstrap-token.ts";
import { tokenSecretName, tokenSecretType } from "./token-secret.ts";

/** A bootstrap token as the cluster knows it; the fields of output.kubeadm.k8s.io/v1alpha3 BootstrapToken. */
export type KnownToken = {
  readonly id: string;
  readonly secret: string;
  readonly description: string;
  /** Absent when it never expires. */
  readonly expires: Date | undefined;
  /** signing, authentication; alphabetically. */
  readonly usages: readonly string[];
  readonly groups: readonly string[];
};

/** Reads a token's Secret; undefined for one that is malformed. */
export function knownToken(secret: KubeObject): KnownToken | undefined {
  const text = (key: string) => Buffer.from(dataOf(secret)[key] ?? "", "base64").toString("utf8");
  const [id, tokenSecret] = [text("token-id"), text("token-secret")];
  const isWellFormed =
    isTokenId(id) && /^[a-z0-9]{16}$/.test(tokenSecret) && secret.metadata.name === tokenSecretName(id);
  if (secret.type !== tokenSecretType || !isWellFormed) return undefined;
  const expires = text("expiration") === "" ? undefined : new Date(text("expiration"));
  if (expires && Number.isNaN(expires.getTime())) return undefined;
  const usages = ["authentication", "signing"].filter((usage) => text(`usage-bootstrap-${usage}`) === "true");
  const groups = text("auth-extra-groups")
    .split(",")
    .filter((group) => group !== "");
  return { id, secret: tokenSecret, description: text("description"), expires, usages, groups };
}

function dataOf(secret: KubeObject): Readonly<Record<string, string>> {
  return (secret.data ?? {}) as Record<string, string>;
}
