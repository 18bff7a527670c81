import { createHash } from "node:crypto";

/** What the overlay must know of a node. */
export type Peer = { readonly name: string; readonly address: string; readonly podCidr: string };

/** A node among the others of its cluster. */
export type Neighbourhood = { readonly self: Peer; readonly others: readonly Peer[] };

/** Flannel's numbers, so that captures and firewalls rules that know it keep working. */
export const vxlan = { device: "slipway.1", id: 1, port: 8472, overheadBytes: 50 } as const;

export type Backend = "vxlan" | "host-gw";

/** The kernel's entries for one other node. `lladdr` is absent where nodes share a link (host-gw). */
export type Route = {
  readonly podCidr: string;
  readonly via: string;
  readonly device: string;
  readonly lladdr?: string;
  readonly remote?: string;
};

/** The routes that a node needs to reach the pods of all others, in a fixed order. */
export function routesTo(
  peers: readonly Peer[],
  { backend, link }: { backend: Backend; link: string },
): readonly Route[] {
  return [...peers]
    .sort((a, b) => a.podCidr.localeCompare(b.podCidr))
    .map(({ podCidr, address }) =>
      backend === "host-gw"
        ? { podCidr, via: address, device: link }
        : { podCidr, via: networkAddress(podCidr), device: vxlan.device, lladdr: vtepMac(podCidr), remote: address },
    );
}

/**
 * A node's VTEP has a MAC computed from its pod CIDR, so that every node knows every other's without publishing it.
 * Locally administered, unicast (RFC 7042, section 2.1).
 */
export function vtepMac(podCidr: string): string {
  const digest = createHash("sha256").update(`slipway vtep ${podCidr}`).digest();
  return ["0e", ...[...digest.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

/** The VTEP's own address: the first of its pod CIDR, which no pod gets. */
export function networkAddress(podCidr: string): string {
  return podCidr.slice(0, podCidr.indexOf("/"));
}
