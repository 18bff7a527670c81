import type { EndpointAddress, EndpointSubset } from "../../../kube/kinds/endpoints.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import { isPodReady } from "../pods/pod-state.ts";
import { hostnameOf, isEndpoint, podAddress, resolvePorts, targetOf } from "./pod-endpoint.ts";

/** Addresses in one Endpoints object are cut off there; slices have no such limit. */
const mostAddresses = 1000;

/** The subsets of a service's Endpoints: pods with equal ports share one. Terminating pods are left out. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const family = service.spec.clusterIP?.includes(":") || service.spec.ipFamilies?.[0] === "IPv6" ? "IPv6" : "IPv4";
  const groups = new Map<
    string,
    EndpointSubset & { addresses: EndpointAddress[]; notReadyAddresses: EndpointAddress[] }
  >();
  for (const pod of byAddress(pods.filter(isEndpoint))) {
    const ip = podAddress(pod, family);
    const publishes = service.spec.publishNotReadyAddresses === true;
    if (ip === undefined || (pod.metadata.deletionTimestamp && !publishes)) continue;
    const ports = resolvePorts(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { addresses: [], notReadyAddresses: [], ports };
    const hostname = hostnameOf(pod, service);
    const { nodeName } = pod.spec;
    const address = {
      ip,
      ...(hostname ? { hostname } : {}),
      ...(nodeName ? { nodeName } : {}),
      targetRef: targetOf(pod),
    };
    (isPodReady(pod) || publishes ? group.addresses : group.notReadyAddresses).push(address);
    groups.set(key, group);
  }
  return [...groups.values()].map(lean);
}

/** Empty lists and names are left out, as the API stores them. */
function lean({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset): EndpointSubset {
  return {
    ...(addresses.length > 0 ? { addresses: addresses.slice(0, mostAddresses) } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses: notReadyAddresses.slice(0, mostAddresses) } : {}),
    ...(ports.length > 0 ? { ports: ports.map(({ name, ...port }) => ({ ...(name ? { name } : {}), ...port })) } : {}),
  };
}

function byAddress(pods: readonly Pod[]): Pod[] {
  return pods.toSorted((one, other) => (one.status?.podIP ?? "").localeCompare(other.status?.podIP ?? ""));
}
