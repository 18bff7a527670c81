import type { ZoneOptions } from "../zone/kubernetes-zone.ts";
import { CorefileError, type Directive, zoneName } from "./corefile.ts";
import { argOf, numberOf, refuseUnknown } from "./directive.ts";

/** kubeadm's `kubernetes cluster.local in-addr.arpa ip6.arpa { … }`. */
export function kubernetesOptions(directive: Directive): ZoneOptions {
  refuseUnknown(directive, ["pods", "ttl", "fallthrough"]);
  const zones = directive.args.map(zoneName);
  const domain = zones.find((zone) => !zone.endsWith(".arpa"));
  if (!domain) throw new CorefileError(`line ${directive.line}: kubernetes wants the cluster's domain`);
  const through = directive.block.find(({ name }) => name === "fallthrough");
  const pods = argOf(directive, "pods") ?? "disabled";
  if (pods !== "disabled" && pods !== "insecure")
    throw new CorefileError(`line ${directive.line}: pods ${pods} is not served; known are disabled, insecure`);
  return {
    domain,
    reverseZones: zones.filter((zone) => zone.endsWith(".arpa")),
    ttl: numberOf(directive, "ttl", 5),
    pods,
    fallthrough: through ? (through.args.length > 0 ? through.args.map(zoneName) : zones) : [],
  };
}
