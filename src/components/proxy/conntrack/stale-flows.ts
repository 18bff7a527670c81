import type { ServicePort } from "../services/service-port.ts";
import { usableEndpoints } from "../services/service-port.ts";
import type { Flow } from "./flow.ts";

/**
 * The flows to UDP services whose packets go where no endpoint is any more: to an endpoint that left, or, from the time
 * when the service had none, to the service's own address. Each flow once.
 */
export function staleFlows(
  flows: readonly Flow[],
  services: readonly ServicePort[],
  nodePortIps: readonly string[],
): readonly Flow[] {
  const answering = endpointsBySocket(services, nodePortIps);
  const stale = flows.filter(({ destination, port, replySource }) => {
    const endpoints = answering.get(`${destination} ${port}`);
    return endpoints !== undefined && endpoints.size > 0 && !endpoints.has(replySource);
  });
  return [...new Map(stale.map((flow) => [JSON.stringify(flow), flow])).values()];
}

/** What of the services decides over flows: while it is the same, no flow has become stale. */
export function udpFingerprint(services: readonly ServicePort[]): string {
  return JSON.stringify(
    services
      .filter(({ protocol }) => protocol === "udp")
      .map((service) => [socketsOf(service, []), service.nodePort, answeringOf(service)]),
  );
}

function endpointsBySocket(services: readonly ServicePort[], nodePortIps: readonly string[]) {
  const bySocket = new Map<string, ReadonlySet<string>>();
  for (const service of services) {
    if (service.protocol !== "udp") continue;
    const endpoints = new Set(answeringOf(service));
    for (const socket of socketsOf(service, nodePortIps)) bySocket.set(socket, endpoints);
  }
  return bySocket;
}

function socketsOf(service: ServicePort, nodePortIps: readonly string[]): readonly string[] {
  const { clusterIp, externalIps, loadBalancerIps, port, nodePort } = service;
  return [
    ...[clusterIp, ...externalIps, ...loadBalancerIps].map((address) => `${address} ${port}`),
    ...(nodePort === undefined ? [] : nodePortIps.map((address) => `${address} ${nodePort}`)),
  ];
}

function answeringOf({ endpoints }: ServicePort): readonly string[] {
  return usableEndpoints(endpoints, "Cluster").map(({ address }) => address);
}
