import { hash } from "node:crypto";
import type { Certificate } from "../x509/certificate.ts";

const format = /^sha256:([0-9a-f]{64})$/i;

/** The pin of an authority: `sha256:` and the hex SHA-256 of its SubjectPublicKeyInfo (RFC 7469). */
export function caPin({ publicKey }: Certificate): string {
  return `sha256:${hash("sha256", publicKey.export({ type: "spki", format: "der" }), "hex")}`;
}

export function isCaPin(text: string): boolean {
  return format.test(text);
}

/** Whether any certificate of a bundle has any of the pins. */
export function matchesPin(bundle: readonly Certificate[], pins: readonly string[]): boolean {
  const wanted = new Set(pins.map((pin) => pin.toLowerCase()));
  return bundle.some((certificate) => wanted.has(caPin(certificate)));
}
