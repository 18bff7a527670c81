import type { ServicePort } from "../services/service-port.ts";

type Policy = "internal" | "external";

/** How many service ports have endpoints and, though a traffic policy asks for local ones, none on this node. */
export function withoutLocalEndpoints(services: readonly ServicePort[]): ReadonlyMap<Policy, number> {
  const counts = new Map<Policy, number>([
    ["internal", 0],
    ["external", 0],
  ]);
  const count = (policy: Policy) => counts.set(policy, (counts.get(policy) ?? 0) + 1);
  for (const { internalTrafficPolicy, externalTrafficPolicy, endpoints } of services) {
    if (internalTrafficPolicy === "Cluster" && externalTrafficPolicy === "Cluster") continue;
    if (endpoints.length === 0 || endpoints.some(({ isLocal }) => isLocal)) continue;
    if (internalTrafficPolicy === "Local") count("internal");
    if (externalTrafficPolicy === "Local") count("external");
  }
  return counts;
}
