import { parseIp } from "../../base/ip-address.ts";
import type { KubeProxyConfiguration } from "./kube-proxy-configuration.ts";

/** What kubeadm sets where the user left a field alone (app/componentconfigs/kubeproxy.go). */
export function defaultKubeProxyConfiguration(
  kubeProxy: KubeProxyConfiguration,
  { podSubnet, advertiseAddress }: { podSubnet: string; advertiseAddress: string },
): KubeProxyConfiguration {
  const anyAddress = parseIp(advertiseAddress)?.family === 6 ? "::" : "0.0.0.0";
  const { clientConnection } = kubeProxy;
  return {
    ...kubeProxy,
    bindAddress: kubeProxy.bindAddress || anyAddress,
    clusterCIDR: kubeProxy.clusterCIDR || podSubnet,
    clientConnection: {
      ...clientConnection,
      kubeconfig: clientConnection.kubeconfig || "/var/lib/kube-proxy/kubeconfig.conf",
    },
  };
}
