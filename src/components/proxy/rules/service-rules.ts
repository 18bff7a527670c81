import { createHash } from "node:crypto";
import { type Endpoint, type ServicePort, usableEndpoints } from "../services/service-port.ts";
import { balance } from "./balance.ts";
import type { RulesetOptions } from "./ruleset-options.ts";
import { endpointMap, sharedBalance, type Target } from "./shared-chains.ts";
import type { NamedChain, NamedElement, NamedSet } from "./table-parts.ts";

/** What one port of a service adds to the table. */
export type ServiceRules = {
  readonly chains: readonly NamedChain[];
  readonly elements: readonly NamedElement[];
  readonly sets: readonly NamedSet[];
};

type Draft = {
  readonly service: ServicePort;
  readonly options: RulesetOptions;
  readonly chains: NamedChain[];
  readonly elements: NamedElement[];
  readonly sets: NamedSet[];
};

/** The rules of one port of a service. Pure; an equal service gives equal rules. */
export function serviceRules(service: ServicePort, options: RulesetOptions): ServiceRules {
  const draft: Draft = { service, options, chains: [], elements: [], sets: [] };
  const cluster = usableEndpoints(service.endpoints, "Cluster");
  addInternal(draft, cluster);
  if (addressesOutside(service).length > 0 || service.nodePort !== undefined) addExternal(draft, cluster);
  return draft;
}

function addInternal(draft: Draft, cluster: readonly Endpoint[]): void {
  const { service, elements } = draft;
  const usable = usableEndpoints(service.endpoints, service.internalTrafficPolicy);
  const address = socketKey(service.clusterIp, service);
  elements.push(["cluster-ips", service.clusterIp, ""]);
  if (usable.length > 0) {
    const first = masqueradeFromOutside(draft);
    const chain = hasAffinity(service)
      ? addChain(draft, "internal", [...first, ...addBalance(draft, usable)])
      : addShared(draft, { role: "internal", target: "address", first, keys: [address], endpoints: usable });
    elements.push(["service-ips", address, `goto ${chain}`]);
  } else {
    const isDropped = service.internalTrafficPolicy === "Local" && cluster.length > 0;
    elements.push(["no-endpoint-services", address, isDropped ? "drop" : "goto reject-chain"]);
  }
  // a pod that reaches itself is on this node; who knows which node an endpoint without a name is on
  for (const { address: own, isLocal } of new Set([...usable, ...cluster]))
    if (isLocal) elements.push(["hairpins", `${own} . ${own}`, ""]);
}

/** Addresses that the outside uses: node ports, external IPs, load balancers' addresses. */
function addExternal(draft: Draft, cluster: readonly Endpoint[]): void {
  const { service, elements } = draft;
  const sockets = (addresses: readonly string[]) => addresses.map((address) => socketKey(address, service));
  if (cluster.length === 0) {
    for (const key of sockets(addressesOutside(service)))
      elements.push(["no-endpoint-services", key, "goto reject-chain"]);
    if (service.nodePort) elements.push(["no-endpoint-nodeports", portKey(service), "goto reject-chain"]);
    return;
  }
  const chainTo = externalChains(draft, cluster);
  if (service.nodePort)
    elements.push(["service-nodeports", portKey(service), `goto ${chainTo("nodeport", [portKey(service)])}`]);
  if (addressesOutside(service).length === 0) return;
  const chain = chainTo("address", sockets(addressesOutside(service)));
  for (const key of sockets(service.externalIps)) elements.push(["service-ips", key, `goto ${chain}`]);
  if (service.loadBalancerIps.length === 0) return;
  const guarded = addSourceRanges(draft, chain);
  for (const key of sockets(service.loadBalancerIps)) elements.push(["service-ips", key, `goto ${guarded}`]);
}

/** Gives the chain for packets from outside that are sent to `keys`: a shared one, where the service asks for nothing special. */
function externalChains(
  draft: Draft,
  cluster: readonly Endpoint[],
): (target: Target, keys: readonly string[]) => string {
  const { service } = draft;
  const usable = usableEndpoints(service.endpoints, service.externalTrafficPolicy);
  if (hasAffinity(service) || service.externalTrafficPolicy === "Local") {
    const own = addChain(draft, "external", externalRules(draft, { cluster, usable }));
    return () => own;
  }
  const first = ["jump mark-for-masquerade"];
  return (target, keys) => {
    const role = target === "address" ? "external" : "nodeport";
    return addShared(draft, { role, target, first, keys, endpoints: usable });
  };
}

type SharedWay = {
  /** With the number of endpoints the chain's name; `first` is the same for all of a role. */
  readonly role: "internal" | "external" | "nodeport";
  readonly target: Target;
  readonly first: readonly string[];
  readonly keys: readonly string[];
  readonly endpoints: readonly Endpoint[];
};

/** Enters the endpoints into the maps of the chain that all services with so many of them share; gives its name. */
function addShared(draft: Draft, { role, target, first, keys, endpoints }: SharedWay): string {
  const shared = sharedBalance(target, endpoints.length, draft.options.family);
  const name = `${role}-${endpoints.length}`;
  draft.chains.push([name, [...first, ...shared.rules]], ...shared.chains);
  draft.sets.push(...shared.sets);
  for (const key of keys)
    for (const [index, { address, port }] of endpoints.entries())
      draft.elements.push([endpointMap(target, index), key, `${address} . ${port}`]);
  return name;
}

/** Traffic from inside keeps to the cluster-wide endpoints; only what comes from outside is bound to local ones. */
function externalRules(
  draft: Draft,
  { cluster, usable }: { cluster: readonly Endpoint[]; usable: readonly Endpoint[] },
): string[] {
  const { service, options } = draft;
  if (service.externalTrafficPolicy === "Cluster") return ["jump mark-for-masquerade", ...addBalance(draft, usable)];
  const inside = addChain(draft, "cluster", addBalance(draft, cluster));
  return [
    ...(options.local ? [`${options.local.is} goto ${inside}`] : []),
    "fib saddr type local jump mark-for-masquerade",
    `fib saddr type local goto ${inside}`,
    ...(usable.length > 0 ? addBalance(draft, usable) : ["drop"]),
  ];
}

function addSourceRanges(draft: Draft, chain: string): string {
  const { service, options } = draft;
  if (service.loadBalancerSourceRanges.length === 0) return chain;
  const ranges = service.loadBalancerSourceRanges.map((range) => `${options.family} saddr ${range} goto ${chain}`);
  return addChain(draft, "firewall", [...ranges, "drop"]);
}

function masqueradeFromOutside({ options }: Draft): string[] {
  if (options.masqueradeAll) return ["jump mark-for-masquerade"];
  return options.local ? [`${options.local.isNot} jump mark-for-masquerade`] : [];
}

function addBalance(draft: Draft, endpoints: readonly Endpoint[]): readonly string[] {
  const nameOf = ({ address, port }: Endpoint) =>
    chainName("endpoint", draft.service, `${address}/${port}`.replaceAll(":", "."));
  const { rules, chains, sets } = balance(draft.service, endpoints, { family: draft.options.family, nameOf });
  draft.chains.push(...chains);
  draft.sets.push(...sets);
  return rules;
}

function addChain({ service, chains }: Draft, role: string, rules: readonly string[]): string {
  const name = chainName(role, service);
  chains.push([name, rules]);
  return name;
}

/** nftables takes names of 255 bytes; the hash keeps apart what is cut or has the same text. */
const nameLength = 180;

/** Names that say whose they are when somebody lists the table: `internal-1a2b3c4d-default/web/tcp/http`. */
function chainName(role: string, { name, protocol }: ServicePort, tail = ""): string {
  const [namespaced = "", port = ""] = name.split(":");
  const hash = createHash("sha256").update(`${name}/${protocol}/${tail}`).digest("hex").slice(0, 8);
  const text = [namespaced, protocol, port, tail].filter((part) => part !== "").join("/");
  return `${role}-${hash}-${text}`.slice(0, nameLength);
}

function hasAffinity({ affinitySeconds }: ServicePort): boolean {
  return affinitySeconds !== undefined;
}

function addressesOutside({ externalIps, loadBalancerIps }: ServicePort): readonly string[] {
  return [...externalIps, ...loadBalancerIps];
}

function socketKey(address: string, { protocol, port }: ServicePort): string {
  return `${address} . ${protocol} . ${port}`;
}

function portKey({ protocol, nodePort }: ServicePort): string {
  return `${protocol} . ${nodePort}`;
}
