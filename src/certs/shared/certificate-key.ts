import { createCipheriv, createDecipheriv } from "node:crypto";

/** The certificate key: 32 bytes, shown to people as 64 hex characters. */
export function newCertificateKey(random: (size: number) => Uint8Array): string {
  return Buffer.from(random(32)).toString("hex");
}

const nonceBytes = 12;
const tagBytes = 16;
const cipher = "aes-256-gcm";

/** Encrypts as kubeadm does (app/util/crypto): AES-256-GCM, a fresh nonce before and the tag after, no associated data. */
export function seal(content: Uint8Array, key: string, random: (size: number) => Uint8Array): Buffer {
  const nonce = random(nonceBytes);
  const encryption = createCipheriv(cipher, Buffer.from(key, "hex"), nonce, { authTagLength: tagBytes });
  return Buffer.concat([nonce, encryption.update(content), encryption.final(), encryption.getAuthTag()]);
}

/** Decrypts what `seal` made; undefined when the key is another or a single bit was changed. */
export function unseal(sealed: Uint8Array, key: string): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  const decryption = createDecipheriv(cipher, Buffer.from(key, "hex"), nonce, { authTagLength: tagBytes });
  decryption.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const body = decryption.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
    return Buffer.concat([body, decryption.final()]);
  } catch {
    return undefined;
  }
}
