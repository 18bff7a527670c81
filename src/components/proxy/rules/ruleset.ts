import type { ServicePort } from "../services/service-port.ts";
import { type ElementOwner, elementOwners, type RulesetOptions } from "./ruleset-options.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";

/**
 * The changing part of our nftables table: chains by name, and elements of maps and sets. Packets find a service's chain by
 * one lookup in a map, so what a packet costs does not grow with the number of services.
 */
export type Ruleset = {
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Per map or set: element key to value; sets have the empty value. */
  readonly elements: ReadonlyMap<ElementOwner, ReadonlyMap<string, string>>;
  /** Sets that remember clients of services with session affinity. */
  readonly affinitySets: ReadonlySet<string>;
};

/** Makes rule sets under fixed options; what it made of a service that is the same object as before is taken as it was. */
export function rulesetMaker(options: RulesetOptions): (services: readonly ServicePort[]) => Ruleset {
  const made = new WeakMap<ServicePort, ServiceRules>();
  return (services) => {
    const chains = new Map<string, readonly string[]>();
    const elements = new Map(elementOwners.map((owner) => [owner, new Map<string, string>()] as const));
    const affinitySets = new Set<string>();
    for (const service of services) {
      const rules = made.get(service) ?? serviceRules(service, options);
      made.set(service, rules);
      for (const [name, lines] of rules.chains) chains.set(name, lines);
      for (const [owner, key, value] of rules.elements) elements.get(owner)?.set(key, value);
      for (const name of rules.affinitySets) affinitySets.add(name);
    }
    for (const address of options.nodePortIps) elements.get("nodeport-ips")?.set(address, "");
    return { chains, elements, affinitySets };
  };
}
