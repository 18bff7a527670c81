import { addressType, type Family } from "./base-table.ts";
import type { NamedChain, NamedSet } from "./table-parts.ts";

/** By what a packet's service is known: the address and port that it was sent to, or a port of the node. */
export type Target = "address" | "nodeport";

/** The map that holds the endpoints of this index of all services, by where their packets are sent. */
export function endpointMap(target: Target, index: number): string {
  return target === "address" ? `endpoints-${index}` : `nodeport-endpoints-${index}`;
}

/**
 * The rules by which a packet to any service of `count` endpoints finds one of them: an index at random, then the endpoint of
 * that index in a map by where the packet was sent; with the chains and maps that they need. All services of so many endpoints
 * share them. So an endpoint that comes or goes is an element of a map: neither does nft read the table back for it, nor does
 * the kernel check chains anew, both of which take longer the more services there are.
 */
export function sharedBalance(
  target: Target,
  count: number,
  family: Family,
): { readonly rules: readonly string[]; readonly chains: readonly NamedChain[]; readonly sets: readonly NamedSet[] } {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const choices = indexes.map((index) => `${index} : goto ${pickChain(target, index)}`);
  return {
    rules: [count === 1 ? `goto ${pickChain(target, 0)}` : `numgen random mod ${count} vmap { ${choices.join(", ")} }`],
    chains: indexes.map((index) => [pickChain(target, index), pickRules(target, index, family)]),
    sets: indexes.map((index) => [endpointMap(target, index), mapForm(target, family)]),
  };
}

function pickChain(target: Target, index: number): string {
  return target === "address" ? `endpoint-${index}` : `nodeport-endpoint-${index}`;
}

function pickRules(target: Target, index: number, family: Family): readonly string[] {
  const key = target === "address" ? `${family} daddr . meta l4proto . th dport` : "meta l4proto . th dport";
  const dnat = `dnat ${family} addr . port to ${key} map @${endpointMap(target, index)}`;
  // a packet that chose its index just before a transaction that took the last endpoint away finds the first
  return index === 0 ? [dnat] : [dnat, `goto ${pickChain(target, 0)}`];
}

function mapForm(target: Target, family: Family): string {
  const address = addressType(family);
  const socket = "inet_proto . inet_service";
  const key = target === "address" ? `${address} . ${socket}` : socket;
  return `map %s { type ${key} : ${address} . inet_service; }`;
}
