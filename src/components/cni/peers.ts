import type { Neighbourhood, Peer } from "./overlay.ts";

/** The parts of a Node that the network reads. */
export type Node = {
  metadata: { name?: string };
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: { addresses?: { type: string; address: string }[] };
};

/** A node as a peer of the overlay, once it has an address and a pod CIDR; IPv4 first. */
export function peerOf({ metadata, spec, status }: Node): Peer | undefined {
  const cidrs = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
  const podCidr = cidrs.find((cidr) => !cidr.includes(":"));
  const address = status?.addresses?.find((one) => one.type === "InternalIP" && !one.address.includes(":"))?.address;
  return podCidr && address && metadata.name ? { name: metadata.name, address, podCidr } : undefined;
}

/** What the network needs to know on the node of this name; undefined until that node has an address and a pod CIDR. */
export function neighbourhoodOf(nodes: readonly Node[], name: string): Neighbourhood | undefined {
  const peers = nodes.flatMap((node) => peerOf(node) ?? []);
  const self = peers.find((peer) => peer.name === name);
  return self && { self, others: peers.filter((peer) => peer !== self) };
}
