import { hostPort } from "../../../base/ip-address.ts";
import type { ApiEndpoint } from "../api-endpoint.ts";
import type { BootstrapToken } from "../bootstrap-token.ts";
import type { ClusterConfiguration } from "../cluster-configuration.ts";
import { localEtcd } from "../cluster-configuration.ts";
import { controlPlaneTaint, defaultCriSocket, nodeBootstrapTokenGroup } from "../constants.ts";
import type { InitConfiguration } from "../init-configuration.ts";
import type { JoinConfiguration } from "../join-configuration.ts";
import type { NodeRegistration } from "../node-registration.ts";
import type { ResetConfiguration } from "../reset-configuration.ts";
import { splitEndpoint } from "../values/endpoint.ts";
import { resolveKubernetesVersion } from "../values/kubernetes-version.ts";
import type { HostDefaults } from "./host-defaults.ts";

/** Fills in what depends on the host (app/util/config/initconfiguration.go). */
export function defaultInitConfiguration(init: InitConfiguration, host: HostDefaults): InitConfiguration {
  const tokens = init.bootstrapTokens.length > 0 ? init.bootstrapTokens : [emptyToken];
  return {
    ...init,
    bootstrapTokens: tokens.map((token) => defaultBootstrapToken(token, host)),
    nodeRegistration: defaultNodeRegistration(init.nodeRegistration, host, true),
    localAPIEndpoint: defaultApiEndpoint(init.localAPIEndpoint, host),
  };
}

/** Fills in what depends on other fields; `bindPort` completes a control-plane endpoint without a port. */
export function defaultClusterConfiguration(cluster: ClusterConfiguration, bindPort: number): ClusterConfiguration {
  const { etcd } = cluster;
  const endpoint = splitEndpoint(cluster.controlPlaneEndpoint);
  const needsPort = cluster.controlPlaneEndpoint !== "" && endpoint?.port === undefined;
  return {
    ...cluster,
    kubernetesVersion: resolveKubernetesVersion(cluster.kubernetesVersion),
    controlPlaneEndpoint: needsPort && endpoint ? hostPort(endpoint.host, bindPort) : cluster.controlPlaneEndpoint,
    apiServer: { ...cluster.apiServer, certSANs: cluster.apiServer.certSANs.map((san) => san.toLowerCase()) },
    etcd: {
      external: etcd.external && { ...etcd.external, httpEndpoints: httpEndpointsOf(etcd.external) },
      local: etcd.local ?? (etcd.external ? undefined : localEtcd.decode({}, "", () => {})),
    },
  };
}

export function defaultJoinConfiguration(join: JoinConfiguration, host: HostDefaults): JoinConfiguration {
  const { discovery, controlPlane } = join;
  return {
    ...join,
    nodeRegistration: defaultNodeRegistration(join.nodeRegistration, host, controlPlane !== undefined),
    discovery: {
      ...discovery,
      tlsBootstrapToken: discovery.tlsBootstrapToken || (discovery.bootstrapToken?.token ?? ""),
    },
    controlPlane: controlPlane && {
      ...controlPlane,
      localAPIEndpoint: defaultApiEndpoint(controlPlane.localAPIEndpoint, host),
    },
  };
}

export function defaultResetConfiguration(reset: ResetConfiguration, { criSocket }: HostDefaults): ResetConfiguration {
  return { ...reset, criSocket: criSocketUrl(reset.criSocket || criSocket || defaultCriSocket) };
}

/** A socket path without a scheme is a unix socket. */
export function criSocketUrl(socket: string): string {
  return socket.startsWith("/") ? `unix://${socket}` : socket;
}

const emptyToken: BootstrapToken = {
  token: "",
  description: "",
  ttl: undefined,
  expires: undefined,
  usages: [],
  groups: [],
};

function defaultBootstrapToken(token: BootstrapToken, { newToken }: HostDefaults): BootstrapToken {
  return {
    ...token,
    token: token.token || newToken(),
    ttl: token.ttl ?? (token.expires === undefined ? "24h0m0s" : undefined),
    usages: token.usages.length > 0 ? token.usages : ["signing", "authentication"],
    groups: token.groups.length > 0 ? token.groups : [nodeBootstrapTokenGroup],
  };
}

function defaultNodeRegistration(
  node: NodeRegistration,
  host: HostDefaults,
  isControlPlane: boolean,
): NodeRegistration {
  return {
    ...node,
    name: node.name || host.hostname.trim().toLowerCase(),
    criSocket: criSocketUrl(node.criSocket || host.criSocket || defaultCriSocket),
    taints: node.taints ?? (isControlPlane ? [{ ...controlPlaneTaint, value: "", timeAdded: undefined }] : undefined),
  };
}

function defaultApiEndpoint(endpoint: ApiEndpoint, { advertiseAddress }: HostDefaults): ApiEndpoint {
  return { ...endpoint, advertiseAddress: endpoint.advertiseAddress || advertiseAddress };
}

function httpEndpointsOf({
  endpoints,
  httpEndpoints,
}: {
  endpoints: readonly string[];
  httpEndpoints: readonly string[];
}) {
  return httpEndpoints.length > 0 ? httpEndpoints : endpoints;
}
