import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generateKeys, keyPool, parsePrivateKey, privateKeyPem, publicKeyPem } from "../../src/certs/key-pair.ts";
import { encodeDer } from "../../src/x509/der.ts";
import { signatureAlgorithm } from "../../src/x509/signature.ts";

describe("key pairs", () => {
  it("are of the algorithm asked for", async () => {
    const [p256, p384, rsa] = await Promise.all((["ECDSA-P256", "ECDSA-P384", "RSA-2048"] as const).map(generateKeys));
    expect(p256?.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect(p384?.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "secp384r1" });
    expect(rsa?.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n });
  });

  it("come back from the PEM that kubeadm writes", async () => {
    const pair = await generateKeys("ECDSA-P256");
    expect(privateKeyPem(pair.privateKey)).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
    expect(publicKeyPem(pair.publicKey)).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(parsePrivateKey(privateKeyPem(pair.privateKey))?.publicKey.equals(pair.publicKey)).toBe(true);
  });

  it("are refused when they are of another kind, or no key at all", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    expect(parsePrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }) as string)).toBeUndefined();
    expect(parsePrivateKey("nonsense")).toBeUndefined();
    expect(() => signatureAlgorithm(privateKey)).toThrow("cannot sign with a key of type ed25519");
  });

  it("sign with the hash that fits their strength", async () => {
    const oidOf = async (algorithm: "ECDSA-P256" | "ECDSA-P384") =>
      encodeDer(signatureAlgorithm((await generateKeys(algorithm)).privateKey)).toString("hex");
    expect(await oidOf("ECDSA-P256")).toBe("300a06082a8648ce3d040302");
    expect(await oidOf("ECDSA-P384")).toBe("300a06082a8648ce3d040303");
  });

  it("come from a pool in as many as are asked for, each once", async () => {
    const newKeyPair = keyPool("ECDSA-P256", 2);
    const pairs = await Promise.all([newKeyPair(), newKeyPair(), newKeyPair()]);
    expect(new Set(pairs.map(({ publicKey }) => publicKeyPem(publicKey))).size).toBe(3);
  });
});
