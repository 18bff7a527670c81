/** One value of DER (X.690), with its place in the bytes so that signed parts can be taken as they are. */
export type DerValue = { readonly tag: number; readonly contents: Buffer; readonly raw: Buffer };

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag, length and contents. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

export const sequence = (...contents: readonly Buffer[]): Buffer => der(tags.sequence, ...contents);
export const octetString = (contents: Buffer): Buffer => der(tags.octetString, contents);
export const bitString = (contents: Buffer, unusedBits = 0): Buffer =>
  der(tags.bitString, Buffer.from([unusedBits]), contents);
export const boolean = (value: boolean): Buffer => der(tags.boolean, Buffer.from([value ? 0xff : 0]));
/** `[n]`, explicit and constructed. */
export const context = (n: number, ...contents: readonly Buffer[]): Buffer => der(0xa0 | n, ...contents);

/** A non-negative integer of big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.from([0]) : bytes.subarray(start);
  return der(tags.integer, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(tags.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5); whole seconds. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? der(tags.utcTime, Buffer.from(digits.slice(2)))
    : der(tags.generalizedTime, Buffer.from(digits));
}

/** The value at the start of the bytes. Throws RangeError where they are cut short. */
export function readDer(bytes: Buffer): DerValue {
  const [tag = 0, short = 0] = bytes;
  const lengthBytes = short & 0x80 ? short & 0x7f : 0;
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) throw new RangeError("DER: the value is cut short");
  return { tag, contents: bytes.subarray(start, start + length), raw: bytes.subarray(0, start + length) };
}

/** The values inside a constructed one. */
export function childrenOf({ contents }: DerValue): DerValue[] {
  const children: DerValue[] = [];
  for (let at = 0; at < contents.length; ) {
    const child = readDer(contents.subarray(at));
    children.push(child);
    at += child.raw.length;
  }
  return children;
}

/** The dotted form of an object identifier's contents. */
export function readOid({ contents }: DerValue): string {
  const numbers: number[] = [];
  let current = 0;
  for (const byte of contents) {
    current = current * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(current);
      current = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join(".");
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
