import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { EncryptionAlgorithm } from "../config/kubeadm/cluster-configuration.ts";

export type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
export type NewKeyPair = () => Promise<KeyPair>;

const generate = promisify(generateKeyPair);

/** Makes a key pair on libuv's thread pool, so that many are made side by side. */
export function generateKeys(algorithm: EncryptionAlgorithm): Promise<KeyPair> {
  switch (algorithm) {
    case "RSA-2048":
    case "RSA-3072":
    case "RSA-4096":
      return generate("rsa", { modulusLength: Number(algorithm.slice("RSA-".length)) });
    case "ECDSA-P256":
      return generate("ec", { namedCurve: "prime256v1" });
    case "ECDSA-P384":
      return generate("ec", { namedCurve: "secp384r1" });
    default:
      return algorithm satisfies never;
  }
}

/**
 * Starts `count` key generations at once and hands the pairs out in the order of asking; asking for more makes more. The
 * slow part of a PKI so runs on all threads from the first moment.
 */
export function keyPool(algorithm: EncryptionAlgorithm, count: number): NewKeyPair {
  const started = Array.from({ length: count }, () => generateKeys(algorithm));
  for (const pair of started) pair.catch(() => {}); // whoever takes the pair gets the rejection
  return () => started.shift() ?? generateKeys(algorithm);
}

/** PEM as kubeadm writes it: PKCS#1 for RSA, SEC 1 for elliptic curves. */
export function privateKeyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
  return key.export({ type, format: "pem" }) as string;
}

/** PEM of the SubjectPublicKeyInfo, as in sa.pub. */
export function publicKeyPem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }) as string;
}

/** The pair that a private key's PEM (PKCS#1, SEC 1 or PKCS#8) stands for; undefined for anything but RSA and ECDSA. */
export function parsePrivateKey(pem: string): KeyPair | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    const isKnown = privateKey.asymmetricKeyType === "rsa" || privateKey.asymmetricKeyType === "ec";
    return isKnown ? { privateKey, publicKey: createPublicKey(privateKey) } : undefined;
  } catch {
    return undefined;
  }
}
