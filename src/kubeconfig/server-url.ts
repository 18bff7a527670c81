import { hostPort } from "../base/ip-address.ts";
import type { ControlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { splitEndpoint } from "../config/kubeadm/values/endpoint.ts";

/** The URL of this host's own API server. */
export function localServerUrl({ node }: Pick<ControlPlaneInput, "node">): string {
  return `https://${hostPort(node.localAPIEndpoint.advertiseAddress, node.localAPIEndpoint.bindPort)}`;
}

/** The URL that all hosts share: controlPlaneEndpoint where there is one, else this host's own. */
export function clusterServerUrl(input: ControlPlaneInput): string {
  const endpoint = splitEndpoint(input.cluster.controlPlaneEndpoint);
  return endpoint
    ? `https://${hostPort(endpoint.host, endpoint.port ?? input.node.localAPIEndpoint.bindPort)}`
    : localServerUrl(input);
}
