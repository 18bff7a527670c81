import type { EndpointSlice, Service } from "./objects.ts";

/** One port of one Service, with everything that its packets need; what the rules are computed from. */
export type ServicePort = {
  /** namespace/name:portName */
  readonly name: string;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly port: number;
  readonly clusterIp: string;
  readonly externalIps: readonly string[];
  readonly loadBalancerIps: readonly string[];
  /** CIDRs that may use the load balancer's addresses; empty means all. */
  readonly loadBalancerSourceRanges: readonly string[];
  readonly nodePort?: number;
  readonly internalTrafficPolicy: "Cluster" | "Local";
  readonly externalTrafficPolicy: "Cluster" | "Local";
  readonly healthCheckNodePort?: number;
  /** Seconds that a client stays with its endpoint; absent without session affinity. */
  readonly affinitySeconds?: number;
  readonly endpoints: readonly Endpoint[];
};

export type Endpoint = {
  readonly address: string;
  readonly port: number;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
};

/** Labels by which a Service asks not to be proxied by us (KEP-2447), or is headless. */
const ignoredBy = ["service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless"];

/** The ports of a Service in one address family; none for ExternalName, headless or foreign Services. */
export function servicePorts(
  service: Service,
  slices: readonly EndpointSlice[],
  { node, family }: { node: string; family: "ipv4" | "ipv6" },
): readonly ServicePort[] {
  const { spec } = service;
  const clusterIp = [...(spec?.clusterIPs ?? []), spec?.clusterIP].find(
    (ip) => ip && ip !== "None" && isFamily(ip, family),
  );
  const labels = service.metadata.labels ?? {};
  if (!spec || !clusterIp || spec.type === "ExternalName" || ignoredBy.some((label) => label in labels)) return [];
  return (spec.ports ?? []).map((port) => {
    const isExternal = spec.type === "NodePort" || spec.type === "LoadBalancer";
    const isLocalOnly = isExternal && spec.externalTrafficPolicy === "Local";
    return {
      name: `${service.metadata.namespace}/${service.metadata.name}:${port.name ?? ""}`,
      protocol: (port.protocol ?? "TCP").toLowerCase() as ServicePort["protocol"],
      port: port.port,
      clusterIp,
      externalIps: (spec.externalIPs ?? []).filter((ip) => isFamily(ip, family)),
      loadBalancerIps: loadBalancerIps(service, family),
      loadBalancerSourceRanges: (spec.loadBalancerSourceRanges ?? [])
        .map((range) => range.trim())
        .filter((range) => isFamily(range, family)),
      ...(isExternal && port.nodePort ? { nodePort: port.nodePort } : {}),
      internalTrafficPolicy: spec.internalTrafficPolicy === "Local" ? "Local" : "Cluster",
      externalTrafficPolicy: spec.externalTrafficPolicy === "Local" ? "Local" : "Cluster",
      ...(isLocalOnly && spec.healthCheckNodePort ? { healthCheckNodePort: spec.healthCheckNodePort } : {}),
      ...(spec.sessionAffinity === "ClientIP"
        ? { affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800 }
        : {}),
      endpoints: endpointsOf(port.name ?? "", port.protocol ?? "TCP", slices, { node, family }),
    } satisfies ServicePort;
  });
}

function loadBalancerIps(service: Service, family: "ipv4" | "ipv6"): string[] {
  if (service.spec?.type !== "LoadBalancer") return [];
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    ip && ipMode !== "Proxy" && isFamily(ip, family) ? [ip] : [],
  );
}

/** Every endpoint of one port over all slices, each address once, in a fixed order. */
function endpointsOf(
  name: string,
  protocol: string,
  slices: readonly EndpointSlice[],
  { node, family }: { node: string; family: string },
): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (slice.addressType.toLowerCase() !== family) continue;
    const port = slice.ports?.find((one) => (one.name ?? "") === name && (one.protocol ?? "TCP") === protocol)?.port;
    if (port === undefined) continue;
    for (const { addresses, nodeName, conditions } of slice.endpoints ?? []) {
      const address = addresses[0];
      if (!address) continue;
      const ready = conditions?.ready ?? true;
      found.set(`${address}:${port}`, {
        address,
        port,
        isLocal: nodeName === node,
        ready,
        serving: conditions?.serving ?? ready,
        terminating: conditions?.terminating ?? false,
      });
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

function isFamily(ip: string, family: "ipv4" | "ipv6"): boolean {
  return ip.includes(":") === (family === "ipv6");
}

/**
 * The endpoints that traffic of a policy goes to: those that are ready, else those that still serve while they
 * terminate (KEP-1669).
 */
export function usableEndpoints(endpoints: readonly Endpoint[], policy: "Cluster" | "Local"): readonly Endpoint[] {
  const inReach = policy === "Local" ? endpoints.filter(({ isLocal }) => isLocal) : endpoints;
  const ready = inReach.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : inReach.filter(({ serving, terminating }) => serving && terminating);
}
