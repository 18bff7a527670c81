import { createHash } from "node:crypto";
import { type Endpoint, type ServicePort, usableEndpoints } from "../services/service-port.ts";

/**
 * The changing part of our nftables table: chains by name, and elements of maps and sets. Packets find a service's chain by
 * one lookup in a map, so what a packet costs does not grow with the number of services.
 */
export type Ruleset = {
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Per map or set: element key to value; sets have the empty value. */
  readonly elements: ReadonlyMap<ElementOwner, ReadonlyMap<string, string>>;
  /** Sets that remember clients of services with session affinity, by name: seconds. */
  readonly affinitySets: ReadonlyMap<string, number>;
};

export const elementOwners = [
  "service-ips",
  "service-nodeports",
  "no-endpoint-services",
  "no-endpoint-nodeports",
  "cluster-ips",
  "hairpins",
] as const;
export type ElementOwner = (typeof elementOwners)[number];

export type RulesetOptions = {
  readonly family: "ip" | "ip6";
  /** Traffic from outside of these goes to cluster addresses masqueraded; none: nothing is known to be local. */
  readonly clusterCidrs: readonly string[];
  readonly masqueradeAll: boolean;
};

type Draft = {
  chains: Map<string, readonly string[]>;
  elements: Map<ElementOwner, Map<string, string>>;
  affinitySets: Map<string, number>;
};

/** The rules for all services. Pure; the same services give the same rules. */
export function ruleset(services: readonly ServicePort[], options: RulesetOptions): Ruleset {
  const draft: Draft = {
    chains: new Map(),
    elements: new Map(elementOwners.map((owner) => [owner, new Map()])),
    affinitySets: new Map(),
  };
  for (const service of services) addService(draft, service, options);
  return draft;
}

function addService(draft: Draft, service: ServicePort, options: RulesetOptions): void {
  const { elements } = draft;
  const internal = usableEndpoints(service.endpoints, service.internalTrafficPolicy);
  const cluster = usableEndpoints(service.endpoints, "Cluster");
  const clusterAddress = key(service.clusterIp, service);
  elements.get("cluster-ips")?.set(service.clusterIp, "");
  if (internal.length > 0) {
    const chain = addChain(draft, service, "internal", [
      ...masqueradeFromOutside(service, options),
      ...balance(draft, service, internal, options),
    ]);
    elements.get("service-ips")?.set(clusterAddress, `goto ${chain}`);
  } else {
    const isDropped = service.internalTrafficPolicy === "Local" && cluster.length > 0;
    elements.get("no-endpoint-services")?.set(clusterAddress, isDropped ? "drop" : "goto reject-chain");
  }
  for (const { address } of internal.concat(cluster)) elements.get("hairpins")?.set(`${address} . ${address}`, "");
  addExternal(draft, service, { cluster, options });
}

/** Addresses that the outside uses: node ports, external IPs, load balancers' addresses. */
function addExternal(
  draft: Draft,
  service: ServicePort,
  { cluster, options }: { cluster: readonly Endpoint[]; options: RulesetOptions },
): void {
  const addresses = [...service.externalIps, ...service.loadBalancerIps];
  if (addresses.length === 0 && service.nodePort === undefined) return;
  const { elements } = draft;
  const isLocal = service.externalTrafficPolicy === "Local";
  const usable = usableEndpoints(service.endpoints, service.externalTrafficPolicy);
  if (cluster.length === 0 || (usable.length === 0 && !isLocal)) {
    for (const address of addresses)
      elements.get("no-endpoint-services")?.set(key(address, service), "goto reject-chain");
    if (service.nodePort)
      elements.get("no-endpoint-nodeports")?.set(`${service.protocol} . ${service.nodePort}`, "goto reject-chain");
    return;
  }
  const chain = addChain(draft, service, "external", externalRules(draft, service, { cluster, usable, options }));
  for (const address of service.externalIps) elements.get("service-ips")?.set(key(address, service), `goto ${chain}`);
  if (service.nodePort)
    elements.get("service-nodeports")?.set(`${service.protocol} . ${service.nodePort}`, `goto ${chain}`);
  const guarded = service.loadBalancerIps.length > 0 ? addSourceRanges(draft, service, { chain, options }) : chain;
  for (const address of service.loadBalancerIps)
    elements.get("service-ips")?.set(key(address, service), `goto ${guarded}`);
}

function externalRules(
  draft: Draft,
  service: ServicePort,
  { cluster, usable, options }: { cluster: readonly Endpoint[]; usable: readonly Endpoint[]; options: RulesetOptions },
): string[] {
  if (service.externalTrafficPolicy === "Cluster")
    return ["jump mark-for-masquerade", ...balance(draft, service, usable, options)];
  // Traffic from inside keeps to the cluster-wide endpoints; only what comes from outside is bound to local ones.
  const inside = addChain(draft, service, "cluster", balance(draft, service, cluster, options));
  const own = options.clusterCidrs.map((cidr) => `${options.family} saddr ${cidr} goto ${inside}`);
  return [
    ...own,
    "fib saddr type local jump mark-for-masquerade",
    `fib saddr type local goto ${inside}`,
    ...(usable.length > 0 ? balance(draft, service, usable, options) : ["drop"]),
  ];
}

function addSourceRanges(
  draft: Draft,
  service: ServicePort,
  { chain, options }: { chain: string; options: RulesetOptions },
): string {
  if (service.loadBalancerSourceRanges.length === 0) return chain;
  const ranges = service.loadBalancerSourceRanges.map((range) => `${options.family} saddr ${range} goto ${chain}`);
  return addChain(draft, service, "firewall", [...ranges, "drop"]);
}

function masqueradeFromOutside(
  service: ServicePort,
  { family, clusterCidrs, masqueradeAll }: RulesetOptions,
): string[] {
  const here = `${family} daddr ${service.clusterIp}`;
  if (masqueradeAll) return [`${here} jump mark-for-masquerade`];
  return clusterCidrs.length > 0
    ? [`${here} ${family} saddr != { ${clusterCidrs.join(", ")} } jump mark-for-masquerade`]
    : [];
}

/** The rules that pick one endpoint: at random, or the client's last one under session affinity. */
function balance(
  draft: Draft,
  service: ServicePort,
  endpoints: readonly Endpoint[],
  { family }: RulesetOptions,
): string[] {
  if (service.affinitySeconds !== undefined) return balanceWithAffinity(draft, service, endpoints, family);
  const first = endpoints[0];
  if (endpoints.length === 1 && first)
    return [`meta l4proto ${service.protocol} dnat ${family} to ${socket(first, family)}`];
  const choices = endpoints.map((endpoint, index) => `${index} : ${endpoint.address} . ${endpoint.port}`);
  return [
    `meta l4proto ${service.protocol} dnat ${family} addr . port to numgen random mod ${endpoints.length} map { ${choices.join(", ")} }`,
  ];
}

function balanceWithAffinity(
  draft: Draft,
  service: ServicePort,
  endpoints: readonly Endpoint[],
  family: "ip" | "ip6",
): string[] {
  const seconds = service.affinitySeconds ?? 0;
  const chains = endpoints.map((endpoint) => {
    const name = `endpoint-${digest(`${service.name}/${service.protocol}/${endpoint.address}/${endpoint.port}`)}`;
    draft.affinitySets.set(`affinity-${name}`, seconds);
    draft.chains.set(name, [
      `update @affinity-${name} { ${family} saddr }`,
      `meta l4proto ${service.protocol} dnat ${family} to ${socket(endpoint, family)}`,
    ]);
    return name;
  });
  const remembered = chains.map((name) => `${family} saddr @affinity-${name} goto ${name}`);
  const choices = chains.map((name, index) => `${index} : goto ${name}`);
  return [...remembered, `numgen random mod ${chains.length} vmap { ${choices.join(", ")} }`];
}

function addChain(draft: Draft, service: ServicePort, role: string, rules: readonly string[]): string {
  const name = `${role}-${digest(`${service.name}/${service.protocol}`)}`;
  draft.chains.set(name, rules);
  return name;
}

function key(address: string, { protocol, port }: ServicePort): string {
  return `${address} . ${protocol} . ${port}`;
}

function socket({ address, port }: Endpoint, family: "ip" | "ip6"): string {
  return family === "ip6" ? `[${address}]:${port}` : `${address}:${port}`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
