import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** Claims of a service account's token. */
export type Claims = {
  readonly iss: string;
  readonly sub: string;
  readonly aud?: readonly string[] | string;
  /** Seconds since 1970. */
  readonly exp?: number;
  readonly iat?: number;
  readonly nbf?: number;
  readonly jti?: string;
  readonly "kubernetes.io"?: BoundClaims;
  readonly [legacy: string]: unknown;
};
type Reference = { readonly name: string; readonly uid: string };
export type BoundClaims = {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
  readonly warnafter?: number;
};

const algorithms: Readonly<Record<string, { digest: string; ec: boolean }>> = {
  RS256: { digest: "sha256", ec: false },
  ES256: { digest: "sha256", ec: true },
  ES384: { digest: "sha384", ec: true },
};

/** A signed token (RFC 7515); RSA and ECDSA keys. */
export function signJwt(claims: Claims, key: KeyObject): string {
  const alg = key.asymmetricKeyType === "rsa" ? "RS256" : "ES256";
  const head = { alg, kid: keyId(createPublicKey(key)) };
  const content = `${encoded(head)}.${encoded(claims)}`;
  const signature = sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

/** The claims of a token that one of the keys signed; undefined for anything else. */
export function verifyJwt(token: string, keys: readonly KeyObject[]): Claims | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || !signature || rest.length > 0) return undefined;
  const { alg, kid } = (decoded(head) ?? {}) as { alg?: string; kid?: string };
  const algorithm = algorithms[alg ?? ""];
  if (!algorithm) return undefined;
  const bytes = Buffer.from(`${head}.${body}`);
  const candidates = keys.filter(
    (key) => (key.asymmetricKeyType === "ec") === algorithm.ec && (!kid || kid === keyId(key)),
  );
  const isSigned = candidates.some((key) =>
    verify(algorithm.digest, bytes, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")),
  );
  return isSigned ? (decoded(body) as Claims | undefined) : undefined;
}

/** The issuer that a token claims, unverified: tells whose business it is. */
export function issuerOf(token: string): string | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  return (decoded(parts[1] ?? "") as Claims | undefined)?.iss;
}

/** Upstream's key id: the SHA-256 of the public key's DER. */
export function keyId(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("base64url");
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return undefined;
  }
}
