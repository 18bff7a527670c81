import { formatIp, type IpAddress, parseIp } from "./ip-address.ts";

/** A network; `address` has its host bits cleared. */
export type Cidr = { readonly address: IpAddress; readonly prefix: number };

/** Parses "10.96.0.0/12" (host bits are dropped, as Go does), or gives undefined. */
export function parseCidr(text: string): Cidr | undefined {
  const [host = "", length = "", ...rest] = text.split("/");
  const address = parseIp(host);
  if (!address || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const prefix = Number(length);
  if (prefix > bits(address)) return undefined;
  const shift = BigInt(bits(address) - prefix);
  return { address: { ...address, value: (address.value >> shift) << shift }, prefix };
}

/** Every network of a comma-separated list, or undefined when one of them is none. */
export function parseCidrs(text: string): Cidr[] | undefined {
  const cidrs = text.split(",").map(parseCidr);
  return cidrs.every((cidr) => cidr !== undefined) ? cidrs : undefined;
}

export function formatCidr({ address, prefix }: Cidr): string {
  return `${formatIp(address)}/${prefix}`;
}

/** How many addresses the network has. */
export function cidrSize({ address, prefix }: Cidr): bigint {
  return 1n << BigInt(bits(address) - prefix);
}

/** The network's address number `index` (0 is the network address), or undefined past its end. */
export function nthAddress(cidr: Cidr, index: number): IpAddress | undefined {
  if (BigInt(index) >= cidrSize(cidr)) return undefined;
  return { ...cidr.address, value: cidr.address.value + BigInt(index) };
}

export function cidrContains(cidr: Cidr, address: IpAddress): boolean {
  if (cidr.address.family !== address.family) return false;
  const shift = BigInt(bits(address) - cidr.prefix);
  return address.value >> shift === cidr.address.value >> shift;
}

/** Whether two networks share an address; networks of different families never do. */
export function cidrsOverlap(one: Cidr, other: Cidr): boolean {
  return one.prefix <= other.prefix ? cidrContains(one, other.address) : cidrContains(other, one.address);
}

function bits({ family }: IpAddress): number {
  return family === 4 ? 32 : 128;
}
