import type { Algorithms, CipherAlgorithm, ServerHostKeyAlgorithm } from "ssh2";

/** AES-GCM is the fastest in OpenSSL as Node calls it; chacha20 has to be pieced together in JavaScript. */
const ciphers: readonly CipherAlgorithm[] = [
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
  "aes128-ctr",
  "aes192-ctr",
  "aes256-ctr",
  "chacha20-poly1305@openssh.com",
];

/** Signature algorithms by the type of host key that they use, preferred first; SHA-1 signatures are not offered. */
const signatures: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** What to offer: host keys of the types on record first, so that a host shows a key that can be checked. */
export function offeredAlgorithms(recordedKeyTypes: readonly string[]): Algorithms {
  const types = [...new Set([...recordedKeyTypes, ...Object.keys(signatures)])];
  return { cipher: [...ciphers], serverHostKey: types.flatMap((type) => signatures[type] ?? []) };
}
