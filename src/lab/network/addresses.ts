/** Labs live in 172.29.N.0/24: a corner of the private ranges that cluster defaults (10.96/12, 10.244/16) leave alone. */
export const labRange = "172.29.0.0/16";
export const prefixLength = 24;

export type LabNetwork = {
  readonly subnet: string;
  /** The bridge's address: the hosts' default route. */
  readonly gateway: string;
  readonly bridge: string;
  /** The bridge's own: left to the kernel, it would change whenever a host comes or goes. */
  readonly mac: string;
  readonly table: string;
};

export function labNetwork(index: number): LabNetwork {
  return {
    subnet: `172.29.${index}.0/${prefixLength}`,
    gateway: `172.29.${index}.1`,
    bridge: `slab${index}`,
    mac: `02:51:1b:00:00:${index.toString(16).padStart(2, "0")}`,
    table: `slipway_lab_${index}`,
  };
}

/** Hosts begin at .11, so that the number of the address is easy to tell from the gateway's. */
export function hostAddress(index: number, ordinal: number): string {
  return `172.29.${index}.${10 + ordinal}`;
}
export const maxHosts = 240;

/** The name that nspawn knows the host by; the outer end of its link is `vb-<machine>`, 15 characters at most. */
export function machineName(index: number, ordinal: number): string {
  return `sl${index}h${ordinal}`;
}

/** The outer end of a host's link. */
export function linkName(index: number, ordinal: number): string {
  return `${linkPrefix(index)}${ordinal}`;
}

/** What the links of all hosts of a lab begin with. */
export function linkPrefix(index: number): string {
  return `vb-sl${index}h`;
}

/** Which of the 256 subnets overlap a destination of a route (`a.b.c.d` or `a.b.c.d/len`). */
export function subnetsInUse(destinations: readonly string[]): ReadonlySet<number> {
  const indexes = Array.from({ length: 256 }, (_, index) => index);
  const taken = destinations.flatMap((destination) => {
    const range = rangeOf(destination);
    return range ? indexes.filter((index) => overlaps(range, rangeOfSubnet(index))) : [];
  });
  return new Set(taken);
}

type Range = { readonly first: number; readonly last: number };

function rangeOfSubnet(index: number): Range {
  const first = ((172 * 256 + 29) * 256 + index) * 256;
  return { first, last: first + 255 };
}

function rangeOf(destination: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(destination);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, length = 32] = match
    .slice(1)
    .map((part) => (part === undefined ? 32 : Number(part)));
  const size = 2 ** (32 - length);
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { first, last: first + size - 1 };
}

function overlaps(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}
