import type { Endpoint } from "../../../kube/kinds/endpoints.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import { endpointOf, type IpFamily, isEndpoint, podAddress, type ResolvedPort, resolvePorts } from "./pod-endpoint.ts";
import type { Wanted } from "./slice-plan.ts";

/** What the slices of a service with these pods must hold: one entry for each family and set of ports. */
export function wantedSlices(
  service: Service,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
): Wanted[] {
  return familiesOf(service).flatMap((family) => {
    const groups = new Map<string, { ports: ResolvedPort[]; endpoints: Endpoint[] }>();
    for (const pod of pods.filter(isEndpoint)) {
      const address = podAddress(pod, family);
      if (address === undefined) continue;
      const ports = resolvePorts(service, pod);
      const key = JSON.stringify(ports);
      const group = groups.get(key) ?? { ports, endpoints: [] };
      group.endpoints.push(endpointOf(pod, service, { address, node: nodeOf(pod.spec.nodeName ?? "") }));
      groups.set(key, group);
    }
    const all = [...groups.values()];
    return all.length === 0 ? [{ family, ports: [], endpoints: [] }] : all.map((group) => ({ family, ...group }));
  });
}

/** The families of the cluster IPs; a headless service says them itself. */
function familiesOf({ spec }: Service): readonly IpFamily[] {
  if (spec.ipFamilies && spec.ipFamilies.length > 0) return spec.ipFamilies;
  return spec.clusterIP?.includes(":") ? ["IPv6"] : ["IPv4"];
}
