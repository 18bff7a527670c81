import type { ServicePort } from "../services/service-port.ts";
import type { Answer } from "./http.ts";

/** How many endpoints of a service are on this node, for the load balancer that asks its health check node port. */
export type LocalEndpoints = {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly count: number;
};

/** One entry for each service with externalTrafficPolicy Local and a health check node port. */
export function localEndpoints(services: readonly ServicePort[]): readonly LocalEndpoints[] {
  const byPort = new Map<number, LocalEndpoints & { readonly addresses: ReadonlySet<string> }>();
  for (const { name, healthCheckNodePort: port, endpoints } of services) {
    if (port === undefined) continue;
    const [namespace = "", service = ""] = (name.split(":")[0] ?? "").split("/");
    const here = endpoints.filter(({ isLocal, ready }) => isLocal && ready).map(({ address }) => address);
    const addresses = new Set([...(byPort.get(port)?.addresses ?? []), ...here]);
    byPort.set(port, { namespace, name: service, port, count: addresses.size, addresses });
  }
  return [...byPort.values()].map(({ addresses: _, ...entry }) => entry);
}

/** The answer of a health check node port (pkg/proxy/healthcheck/service_health.go). */
export function localEndpointsAnswer({ namespace, name, count }: LocalEndpoints, isHealthy: boolean): Answer {
  return {
    status: count > 0 && isHealthy ? 200 : 503,
    body: JSON.stringify({ service: { namespace, name }, localEndpoints: count, serviceProxyHealthy: isHealthy }),
    headers: {
      "content-type": "application/json",
      "x-content-type-options": "nosniff",
      "x-load-balancing-endpoint-weight": String(count),
    },
  };
}
