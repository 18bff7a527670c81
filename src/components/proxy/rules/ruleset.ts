import type { ServicePort } from "../services/service-port.ts";
import type { RulesetOptions } from "./ruleset-options.ts";
import { type ServiceRules, serviceRules } from "./service-rules.ts";
import type { NamedElement } from "./table-parts.ts";

/**
 * The changing part of our nftables table: chains by name, and elements of maps and sets. Packets find a service's chain by
 * one lookup in a map, so what a packet costs does not grow with the number of services.
 */
export type Ruleset = {
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Per map or set: element key to value; sets have the empty value. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Maps and sets beside those that always stand, with their declarations: endpoints, clients of session affinity. */
  readonly sets: ReadonlyMap<string, string>;
};

/** Makes rule sets under fixed options; what it made of a service that is the same object as before is taken as it was. */
export function rulesetMaker(options: RulesetOptions): (services: readonly ServicePort[]) => Ruleset {
  const made = new WeakMap<ServicePort, ServiceRules>();
  return (services) => {
    const chains = new Map<string, readonly string[]>();
    const elements = new Map<string, Map<string, string>>();
    const sets = new Map<string, string>();
    const add = ([owner, key, value]: NamedElement) => {
      const present = elements.get(owner);
      if (present) present.set(key, value);
      else elements.set(owner, new Map([[key, value]]));
    };
    for (const service of services) {
      const rules = made.get(service) ?? serviceRules(service, options);
      made.set(service, rules);
      for (const [name, lines] of rules.chains) chains.set(name, lines);
      for (const [name, form] of rules.sets) sets.set(name, form);
      rules.elements.forEach(add);
    }
    for (const address of options.nodePortIps) add(["nodeport-ips", address, ""]);
    return { chains, elements, sets };
  };
}
