import { createHash, type KeyObject } from "node:crypto";
import { unauthorized } from "../http/api-error.ts";
import type { ObjectReader } from "../registry/object-reader.ts";
import type { TokenAuthenticator, TokenUser } from "./authenticator.ts";
import { type BoundClaims, type Claims, issuerOf, verifyJwt } from "./jwt.ts";
import { groups, type User } from "./user.ts";

export type ServiceAccountOptions = {
  /** The first signs; tokens of all of them are good. */
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly keys: () => readonly KeyObject[];
  readonly read: ObjectReader;
  readonly now: () => Date;
};

const legacyIssuer = "kubernetes/serviceaccount";
const legacyPrefix = "kubernetes.io/serviceaccount/";
const cachedMs = 10_000;
const maxCached = 4096;

/** Tokens of service accounts: bound ones, and the ones of old that live in a Secret. */
export function serviceAccountTokens(options: ServiceAccountOptions): TokenAuthenticator {
  const good = new Map<string, { until: number; claims: Claims }>();
  return async (token, wanted = options.audiences) => {
    const issuer = issuerOf(token);
    if (issuer !== legacyIssuer && !options.issuers.includes(issuer ?? "")) return undefined;
    const claims = verified(token, options, good);
    if (!claims) throw unauthorized();
    return issuer === legacyIssuer ? legacyUser(claims, token, options) : boundUser(claims, wanted, options);
  };
}

/** Signatures are checked once in a while; expiry and the bound objects each time. */
function verified(
  token: string,
  { keys, now }: ServiceAccountOptions,
  good: Map<string, { until: number; claims: Claims }>,
): Claims | undefined {
  const id = createHash("sha256").update(token).digest("base64");
  const seconds = now().getTime() / 1000;
  const known = good.get(id);
  const claims = known && known.until > now().getTime() ? known.claims : verifyJwt(token, keys());
  if (!claims || (claims.exp !== undefined && claims.exp < seconds) || (claims.nbf ?? 0) > seconds + 60)
    return undefined;
  if (good.size > maxCached) good.clear();
  if (claims !== known?.claims) good.set(id, { until: now().getTime() + cachedMs, claims });
  return claims;
}

async function boundUser(
  claims: Claims,
  wanted: readonly string[],
  options: ServiceAccountOptions,
): Promise<TokenUser> {
  const bound = claims["kubernetes.io"];
  const held = typeof claims.aud === "string" ? [claims.aud] : (claims.aud ?? []);
  const audiences = held.filter((one) => wanted.includes(one));
  if (!bound || audiences.length === 0) throw unauthorized();
  await checkBound(bound, options.read);
  return { user: userOf(bound, claims.jti), audiences };
}

async function checkBound({ namespace, serviceaccount, pod, secret }: BoundClaims, read: ObjectReader): Promise<void> {
  const wanted = [
    { resource: "serviceaccounts", ...serviceaccount },
    ...(pod ? [{ resource: "pods", ...pod }] : []),
    ...(secret ? [{ resource: "secrets", ...secret }] : []),
  ];
  for (const { resource, name, uid } of wanted) {
    const found = await read(resource, namespace, name);
    if (found?.metadata.uid !== uid) throw unauthorized();
  }
}

/** Such a token is worth what the Secret that holds it is: it ends with it. */
async function legacyUser(
  claims: Claims,
  token: string,
  { read, audiences }: ServiceAccountOptions,
): Promise<TokenUser> {
  const claim = (name: string) => String(claims[`${legacyPrefix}${name}`] ?? "");
  const namespace = claim("namespace");
  const secret = await read("secrets", namespace, claim("secret.name"));
  const account = await read("serviceaccounts", namespace, claim("service-account.name"));
  const uid = claim("service-account.uid");
  const held = Buffer.from(String((secret?.data as { token?: string } | undefined)?.token ?? ""), "base64").toString();
  const isGone = secret === undefined || secret.metadata.deletionTimestamp !== undefined;
  if (isGone || held !== token || account?.metadata.uid !== uid) throw unauthorized();
  return { user: userOf({ namespace, serviceaccount: { name: claim("service-account.name"), uid } }), audiences };
}

export function userOf({ namespace, serviceaccount, pod, node }: BoundClaims, jti?: string): User {
  const { name, uid } = serviceaccount;
  const extra = {
    ...(jti && { "authentication.kubernetes.io/credential-id": [`JTI=${jti}`] }),
    ...(node && {
      "authentication.kubernetes.io/node-name": [node.name],
      "authentication.kubernetes.io/node-uid": [node.uid],
    }),
    ...(pod && {
      "authentication.kubernetes.io/pod-name": [pod.name],
      "authentication.kubernetes.io/pod-uid": [pod.uid],
    }),
  };
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: [groups.serviceAccounts, `${groups.serviceAccounts}:${namespace}`],
    extra,
  };
}
