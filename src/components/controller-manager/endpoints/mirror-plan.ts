import type { Endpoint, EndpointSubset, Endpoints } from "../../../kube/kinds/endpoints.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import type { IpFamily } from "./pod-endpoint.ts";
import type { Wanted } from "./slice-plan.ts";

/** Leader elections of old kept their records in Endpoints. */
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader";
const skipLabel = "endpointslice.kubernetes.io/skip-mirror";
const mostPerSubset = 1000;

/** Whether people keep these Endpoints by hand for a service without a selector, so that slices must be made of them. */
export function isMirrored({ metadata }: Endpoints, service: Service | undefined): boolean {
  if (!service || service.spec.selector || metadata.deletionTimestamp) return false;
  return metadata.labels?.[skipLabel] !== "true" && metadata.annotations?.[leaderAnnotation] === undefined;
}

/** What the mirroring slices must hold: one entry for each subset and family. */
export function mirroredSlices({ subsets = [] }: Endpoints): Wanted[] {
  return subsets.flatMap((subset) =>
    (["IPv4", "IPv6"] as const).flatMap((family) => {
      const endpoints = endpointsOf(subset, family);
      return endpoints.length === 0 ? [] : [{ family, ports: portsOf(subset), endpoints }];
    }),
  );
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset, family: IpFamily): Endpoint[] {
  const all = [
    ...addresses.map((address) => ({ address, ready: true })),
    ...notReadyAddresses.map((address) => ({ address, ready: false })),
  ];
  return all
    .filter(({ address }) => address.ip.includes(":") === (family === "IPv6"))
    .slice(0, mostPerSubset)
    .map(({ address: { ip, hostname, nodeName, targetRef }, ready }) => ({
      addresses: [ip],
      conditions: { ready },
      ...(hostname ? { hostname } : {}),
      ...(nodeName ? { nodeName } : {}),
      ...(targetRef ? { targetRef } : {}),
    }));
}

function portsOf({ ports = [] }: EndpointSubset): Wanted["ports"] {
  return ports.map(({ name = "", protocol = "TCP", port = 0, appProtocol }) => ({
    name,
    protocol,
    port,
    ...(appProtocol ? { appProtocol } : {}),
  }));
}
