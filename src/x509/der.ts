import type { asn1 } from "node-forge";
// Only forge's ASN.1 reader and writer: its certificate code can't sign with elliptic curves, and takes longer to load.
import forgeAsn1 from "node-forge/lib/asn1.js";

const codec = forgeAsn1 as typeof asn1;

/** A DER value: forge's tree, with a tag, and bytes or children. */
export type Der = asn1.Asn1;

export function sequence(...children: readonly Der[]): Der {
  return constructed(codec.Type.SEQUENCE, children);
}

export function set(...children: readonly Der[]): Der {
  return constructed(codec.Type.SET, children);
}

export function oid(dotted: string): Der {
  return primitive(codec.Type.OID, codec.oidToDer(dotted).getBytes());
}

export function boolean(value: boolean): Der {
  return primitive(codec.Type.BOOLEAN, value ? "\xff" : "\x00");
}

/** A non-negative INTEGER from its big-endian bytes. */
export function integer(bytes: Uint8Array): Der {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  const padded = (digits[0] ?? 0) & 0x80 ? Uint8Array.of(0, ...digits) : digits;
  return primitive(codec.Type.INTEGER, binary(padded));
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Der {
  return primitive(codec.Type.BITSTRING, String.fromCharCode(unusedBits) + binary(bytes));
}

export function octetString(bytes: Uint8Array): Der {
  return primitive(codec.Type.OCTETSTRING, binary(bytes));
}

export function derNull(): Der {
  return primitive(codec.Type.NULL, "");
}

/** PrintableString where the characters allow it, else UTF8String, as Go's encoder chooses. */
export function text(value: string): Der {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
    ? primitive(codec.Type.PRINTABLESTRING, value)
    : primitive(codec.Type.UTF8, binary(Buffer.from(value, "utf8")));
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5); whole seconds, UTC. */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "");
  return date.getUTCFullYear() < 2050
    ? primitive(codec.Type.UTCTIME, digits.slice(2))
    : primitive(codec.Type.GENERALIZEDTIME, digits);
}

/** A context-specific tag around children (explicit) or around bytes (implicit). */
export function tagged(tag: number, content: readonly Der[] | Uint8Array): Der {
  return content instanceof Uint8Array
    ? codec.create(codec.Class.CONTEXT_SPECIFIC, tag, false, binary(content))
    : codec.create(codec.Class.CONTEXT_SPECIFIC, tag, true, [...content]);
}

export function encodeDer(value: Der): Buffer {
  return Buffer.from(codec.toDer(value).getBytes(), "binary");
}

/** Parses DER; throws Error with forge's reason when the bytes are none. */
export function decodeDer(bytes: Uint8Array): Der {
  return codec.fromDer(binary(bytes) as never, { decodeBitStrings: false } as never);
}

/** The children of a constructed value, none for a primitive one. */
export function children(value: Der | undefined): readonly Der[] {
  return Array.isArray(value?.value) ? value.value : [];
}

/** The bytes of a primitive value. */
export function contentBytes(value: Der | undefined): Buffer {
  return Buffer.from(typeof value?.value === "string" ? value.value : "", "binary");
}

/** The dotted form of an OBJECT IDENTIFIER. */
export function dotted(value: Der | undefined): string {
  return codec.derToOid(contentBytes(value).toString("binary") as never);
}

/** Whether a value has this tag in the context-specific class. */
export function isTagged(value: Der, tag: number): boolean {
  return value.tagClass === codec.Class.CONTEXT_SPECIFIC && Number(value.type) === tag;
}

/** Whether a value is a BOOLEAN. */
export function isBoolean(value: Der | undefined): boolean {
  return value?.tagClass === codec.Class.UNIVERSAL && value.type === codec.Type.BOOLEAN;
}

function primitive(type: asn1.Type, bytes: string): Der {
  return codec.create(codec.Class.UNIVERSAL, type, false, bytes);
}

function constructed(type: asn1.Type, parts: readonly Der[]): Der {
  return codec.create(codec.Class.UNIVERSAL, type, true, [...parts]);
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("binary");
}
