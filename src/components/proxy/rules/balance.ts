import type { Endpoint, ServicePort } from "../services/service-port.ts";
import { addressType, type Family } from "./base-table.ts";
import type { NamedChain, NamedSet } from "./table-parts.ts";

/** The rules that pick one endpoint, with the chains and sets that they need. */
export type Balanced = {
  readonly rules: readonly string[];
  readonly chains: readonly NamedChain[];
  readonly sets: readonly NamedSet[];
};

type Options = { readonly family: Family; readonly nameOf: (endpoint: Endpoint) => string };

/** Picks one of at least one endpoint of a service that has chains of its own: at random, or the client's last one under session affinity. */
export function balance(service: ServicePort, endpoints: readonly Endpoint[], options: Options): Balanced {
  if (service.affinitySeconds !== undefined) return balanceWithAffinity(service, endpoints, options);
  return { rules: [atRandom(service, endpoints, options.family)], chains: [], sets: [] };
}

function atRandom({ protocol }: ServicePort, endpoints: readonly Endpoint[], family: Family): string {
  const first = endpoints[0];
  if (endpoints.length === 1 && first) return `meta l4proto ${protocol} dnat ${family} to ${socket(first)}`;
  const choices = endpoints.map(({ address, port }, index) => `${index} : ${address} . ${port}`);
  const pick = `numgen random mod ${endpoints.length} map { ${choices.join(", ")} }`;
  return `meta l4proto ${protocol} dnat ${family} addr . port to ${pick}`;
}

/** Each endpoint has a set of the clients that it served, which forgets them after the service's time. */
function balanceWithAffinity(
  { protocol, affinitySeconds }: ServicePort,
  endpoints: readonly Endpoint[],
  { family, nameOf }: Options,
): Balanced {
  const chains = endpoints.map((endpoint) => {
    const name = nameOf(endpoint);
    const rules = [
      `update @affinity-${name} { ${family} saddr timeout ${affinitySeconds}s }`,
      `meta l4proto ${protocol} dnat ${family} to ${socket(endpoint)}`,
    ];
    return [name, rules] as const;
  });
  const remembered = chains.map(([name]) => `${family} saddr @affinity-${name} goto ${name}`);
  const choices = chains.map(([name], index) => `${index} : goto ${name}`);
  return {
    rules: [...remembered, `numgen random mod ${chains.length} vmap { ${choices.join(", ")} }`],
    chains,
    sets: chains.map(([name]) => [
      `affinity-${name}`,
      `set %s { type ${addressType(family)}; flags dynamic,timeout; }`,
    ]),
  };
}

function socket({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
