import { createHash } from "node:crypto";
import { type Endpoint, type ServicePort, usableEndpoints } from "../services/service-port.ts";
import { type Balanced, balance } from "./balance.ts";
import type { ElementOwner, RulesetOptions } from "./ruleset-options.ts";

/** What one port of a service adds to the table. */
export type ServiceRules = {
  readonly chains: readonly (readonly [name: string, rules: readonly string[]])[];
  readonly elements: readonly (readonly [owner: ElementOwner, key: string, value: string])[];
  readonly affinitySets: readonly string[];
};

type Draft = {
  readonly service: ServicePort;
  readonly options: RulesetOptions;
  readonly chains: [string, readonly string[]][];
  readonly elements: [ElementOwner, string, string][];
  readonly affinitySets: string[];
};

/** The rules of one port of a service. Pure; an equal service gives equal rules. */
export function serviceRules(service: ServicePort, options: RulesetOptions): ServiceRules {
  const draft: Draft = { service, options, chains: [], elements: [], affinitySets: [] };
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
    const chain = addChain(draft, "internal", [...masqueradeFromOutside(draft), ...addBalance(draft, usable)]);
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
  const usable = usableEndpoints(service.endpoints, service.externalTrafficPolicy);
  if (cluster.length === 0) {
    for (const address of addressesOutside(service))
      elements.push(["no-endpoint-services", socketKey(address, service), "goto reject-chain"]);
    if (service.nodePort) elements.push(["no-endpoint-nodeports", portKey(service), "goto reject-chain"]);
    return;
  }
  const chain = addChain(draft, "external", externalRules(draft, { cluster, usable }));
  for (const address of service.externalIps)
    elements.push(["service-ips", socketKey(address, service), `goto ${chain}`]);
  if (service.nodePort) elements.push(["service-nodeports", portKey(service), `goto ${chain}`]);
  if (service.loadBalancerIps.length === 0) return;
  const guarded = addSourceRanges(draft, chain);
  for (const address of service.loadBalancerIps)
    elements.push(["service-ips", socketKey(address, service), `goto ${guarded}`]);
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

function masqueradeFromOutside({ service, options }: Draft): string[] {
  const here = `${options.family} daddr ${service.clusterIp}`;
  if (options.masqueradeAll) return [`${here} jump mark-for-masquerade`];
  return options.local ? [`${here} ${options.local.isNot} jump mark-for-masquerade`] : [];
}

function addBalance(draft: Draft, endpoints: readonly Endpoint[]): readonly string[] {
  const nameOf = ({ address, port }: Endpoint) =>
    chainName("endpoint", draft.service, `${address}/${port}`.replaceAll(":", "."));
  const balanced: Balanced = balance(draft.service, endpoints, { family: draft.options.family, nameOf });
  for (const chain of balanced.chains) draft.chains.push([chain.name, chain.rules]);
  draft.affinitySets.push(...balanced.affinitySets);
  return balanced.rules;
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

function addressesOutside({ externalIps, loadBalancerIps }: ServicePort): readonly string[] {
  return [...externalIps, ...loadBalancerIps];
}

function socketKey(address: string, { protocol, port }: ServicePort): string {
  return `${address} . ${protocol} . ${port}`;
}

function portKey({ protocol, nodePort }: ServicePort): string {
  return `${protocol} . ${nodePort}`;
}
