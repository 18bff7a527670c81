/** An address as a number: 32 bits for IPv4, 128 for IPv6. IPv4-mapped IPv6 addresses are IPv4, as in Go. */
export type IpAddress = { readonly family: 4 | 6; readonly value: bigint };

const octet = /^(0|[1-9]\d{0,2})$/;
const group = /^[0-9a-f]{1,4}$/i;
const mappedPrefix = 0xffffn;

/** Parses a literal address (no zone, no leading zeros in IPv4), or gives undefined. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const value = parseIpv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === mappedPrefix ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

function parseIpv4(text: string): IpAddress | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((one) => octet.test(one) && Number(one) < 256)) return undefined;
  return { family: 4, value: octets.reduce((sum, one) => (sum << 8n) | BigInt(one), 0n) };
}

function parseIpv6(text: string): bigint | undefined {
  const lastColon = text.lastIndexOf(":");
  const tail = text.slice(lastColon + 1);
  if (tail.includes(".")) {
    const v4 = parseIpv4(tail);
    if (!v4) return undefined;
    const groups = `${(v4.value >> 16n).toString(16)}:${(v4.value & 0xffffn).toString(16)}`;
    return parseIpv6(`${text.slice(0, lastColon + 1)}${groups}`);
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(Math.max(0, missing)).fill("0"), ...rest];
  if (!groups.every((one) => group.test(one))) return undefined;
  return groups.reduce((sum, one) => (sum << 16n) | BigInt(`0x${one}`), 0n);
}

/** The canonical text: dotted quad, or RFC 5952 for IPv6. */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  ).join(":");
  const zeros = [...groups.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (!zeros) return groups;
  const before = groups.slice(0, zeros.index).replace(/:$/, "");
  return `${before}::${groups.slice(zeros.index + zeros[0].length).replace(/^:/, "")}`;
}

/** The address's bytes in network order: 4 or 16. */
export function ipBytes({ family, value }: IpAddress): Uint8Array {
  const size = family === 4 ? 4 : 16;
  return Uint8Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * (size - 1 - index))) & 0xffn));
}

/** The address that 4 or 16 bytes in network order stand for, or undefined for any other length. */
export function ipOfBytes(bytes: Uint8Array): IpAddress | undefined {
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  return { family: bytes.length === 4 ? 4 : 6, value: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) };
}

/** host:port with an IPv6 host in brackets, as in URLs. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
