import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";

/** The token of a secret of type kubernetes.io/service-account-token: a JWT without an end (legacy issuer). */
export function legacyToken(
  key: KeyObject,
  claims: { namespace: string; secret: string; account: string; uid: string },
): string {
  const { namespace, secret, account, uid } = claims;
  const header = { alg: algorithmOf(key), kid: keyIdOf(key) };
  const payload = {
    iss: "kubernetes/serviceaccount",
    "kubernetes.io/serviceaccount/namespace": namespace,
    "kubernetes.io/serviceaccount/secret.name": secret,
    "kubernetes.io/serviceaccount/service-account.name": account,
    "kubernetes.io/serviceaccount/service-account.uid": uid,
    sub: `system:serviceaccount:${namespace}:${account}`,
  };
  const signed = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

/** What upstream names a key by: the hash of its public half (serviceaccount/jwt.go). */
function keyIdOf(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("base64url");
}

function algorithmOf({ asymmetricKeyType }: KeyObject): string {
  return asymmetricKeyType === "ec" ? "ES256" : "RS256";
}
