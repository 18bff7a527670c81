/** The parts of a Service that the proxy reads (core/v1). */
export type Service = {
  metadata: { namespace?: string; name?: string; labels?: Record<string, string> };
  spec?: {
    type?: string;
    clusterIP?: string;
    clusterIPs?: string[];
    ports?: { name?: string; protocol?: string; port: number; nodePort?: number }[];
    externalIPs?: string[];
    sessionAffinity?: string;
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
    internalTrafficPolicy?: string;
    externalTrafficPolicy?: string;
    healthCheckNodePort?: number;
    loadBalancerSourceRanges?: string[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; ipMode?: string }[] } };
};

/** The parts of an EndpointSlice that the proxy reads (discovery.k8s.io/v1). */
export type EndpointSlice = {
  metadata: {
    namespace?: string;
    name?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  addressType: string;
  endpoints?: {
    addresses: string[];
    nodeName?: string;
    conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  }[];
  ports?: { name?: string; protocol?: string; port?: number }[];
};

/** The parts of a Node that the proxy reads (core/v1). */
export type Node = {
  metadata: { name?: string; deletionTimestamp?: string };
  spec?: { podCIDR?: string; podCIDRs?: string[]; taints?: { key: string }[] };
  status?: { addresses?: { type: string; address: string }[] };
};

/** The label by which a slice names its Service. */
export const serviceNameLabel = "kubernetes.io/service-name";

/** When the change happened that a slice tells of; what the time until the rules are written is counted from. */
export const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";
