import { SlipwayError } from "../base/errors.ts";
import type { BootstrapToken } from "../config/kubeadm/bootstrap-token.ts";
import type { KubeClient } from "../kube/client.ts";
import { isTokenId, parseToken } from "./bootstrap-token.ts";
import { type KnownToken, knownToken } from "./known-token.ts";
import { tokenSecret, tokenSecretName, tokenSecretType } from "./token-secret.ts";

const secrets = { group: "", version: "v1", resource: "secrets" } as const;
const namespace = "kube-system";

/** Makes a token known to the cluster; rejects with ApiError (409) when its id is taken. */
export async function createToken(client: KubeClient, token: BootstrapToken, now: Date): Promise<void> {
  await client.create(secrets, tokenSecret(token, now));
}

/** The tokens that the cluster knows, and the names of Secrets that claim to be one and are malformed. */
export async function listTokens(
  client: KubeClient,
): Promise<{ readonly tokens: readonly KnownToken[]; readonly malformed: readonly string[] }> {
  const { items } = await client.list(secrets, { namespace, fieldSelector: `type=${tokenSecretType}` });
  const read = items.map((secret) => ({ name: secret.metadata.name ?? "", token: knownToken(secret) }));
  return {
    tokens: read.flatMap(({ token }) => token ?? []),
    malformed: read.flatMap(({ name, token }) => (token ? [] : [name])),
  };
}

/** Deletes a token by its id or as a whole; gives the id. Throws TOKEN_MALFORMED, rejects with ApiError (404) for an unknown one. */
export async function deleteToken(client: KubeClient, idOrToken: string): Promise<string> {
  const id = parseToken(idOrToken)?.id ?? idOrToken;
  if (!isTokenId(id)) throw malformedToken();
  await client.delete(secrets, { namespace, name: tokenSecretName(id) });
  return id;
}

/** The text is not repeated: it may be most of a secret. */
export function malformedToken(): SlipwayError {
  return new SlipwayError({
    code: "TOKEN_MALFORMED",
    exit: "usage",
    message: "the bootstrap token is malformed",
    remedy: "give an id of 6, or id.secret of 6 and 16, characters a-z and 0-9",
  });
}
