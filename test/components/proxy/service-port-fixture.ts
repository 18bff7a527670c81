import type { Endpoint, ServicePort } from "../../../src/components/proxy/services/service-port.ts";

/** A service's port with nothing special about it. */
export function servicePort(fields: Partial<ServicePort> = {}): ServicePort {
  return {
    name: "default/web:http",
    protocol: "tcp",
    port: 80,
    clusterIp: "10.96.0.10",
    externalIps: [],
    loadBalancerIps: [],
    loadBalancerSourceRanges: [],
    internalTrafficPolicy: "Cluster",
    externalTrafficPolicy: "Cluster",
    endpoints: [],
    ...fields,
  };
}

/** A ready endpoint on another node. */
export function endpoint(address: string, fields: Partial<Endpoint> = {}): Endpoint {
  return { address, port: 8080, isLocal: false, ready: true, serving: true, terminating: false, ...fields };
}
