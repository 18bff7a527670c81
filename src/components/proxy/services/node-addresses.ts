import { cidrContains, parseCidr } from "../../../base/cidr.ts";
import { parseIp } from "../../../base/ip-address.ts";
import type { NodePortAddresses } from "../config/proxy-config.ts";
import type { Family } from "../rules/base-table.ts";
import type { Node } from "./objects.ts";

/** The addresses of one family that take node ports; `own` are those of the machine's interfaces. Never loopback. */
export function nodePortIps(
  wanted: NodePortAddresses,
  { family, node, own }: { family: Family; node: Node | undefined; own: readonly string[] },
): readonly string[] {
  const candidates =
    wanted.kind === "primary" ? internalAddresses(node) : own.filter((address) => isIn(address, wanted.cidrs));
  const ofFamily = candidates.filter((address) => address.includes(":") === (family === "ip6"));
  return [...new Set(ofFamily)].filter((address) => !isLoopback(address)).sort();
}

/** The node's pod networks. */
export function nodeCidrs(node: Node | undefined): readonly string[] {
  return node?.spec?.podCIDRs ?? (node?.spec?.podCIDR ? [node.spec.podCIDR] : []);
}

function internalAddresses(node: Node | undefined): readonly string[] {
  return (node?.status?.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) => address);
}

function isIn(address: string, cidrs: readonly string[]): boolean {
  const ip = parseIp(address);
  return cidrs.some((text) => {
    const cidr = parseCidr(text);
    return ip !== undefined && cidr !== undefined && cidrContains(cidr, ip);
  });
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
