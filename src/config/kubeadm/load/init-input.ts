import { type KubeProxyConfiguration, kubeProxyConfiguration } from "../../kube-proxy/kube-proxy-configuration.ts";
import { defaultKubeProxyConfiguration } from "../../kube-proxy/kube-proxy-defaults.ts";
import { type KubeletConfiguration, kubeletConfiguration } from "../../kubelet/kubelet-configuration.ts";
import { defaultKubeletConfiguration } from "../../kubelet/kubelet-defaults.ts";
import type { ClusterConfiguration } from "../cluster-configuration.ts";
import type { InitConfiguration } from "../init-configuration.ts";

/** Everything that `init` works from: the four kinds, complete. */
export type InitInput = {
  readonly init: InitConfiguration;
  readonly cluster: ClusterConfiguration;
  readonly kubelet: KubeletConfiguration;
  readonly kubeProxy: KubeProxyConfiguration;
  /** Which component configurations the user wrote; kubeadm marks the others as generated. */
  readonly supplied: { readonly kubelet: boolean; readonly kubeProxy: boolean };
};

/** What a file for `init` holds, before the component configurations are completed. */
export type InitParts = {
  readonly init: InitConfiguration;
  readonly cluster: ClusterConfiguration;
  readonly kubelet?: KubeletConfiguration | undefined;
  readonly kubeProxy?: KubeProxyConfiguration | undefined;
};

/** Completes the component configurations from the cluster's, as kubeadm does after everything else is known. */
export function initInput({ init, cluster, ...given }: InitParts): InitInput {
  const { advertiseAddress } = init.localAPIEndpoint;
  const kubelet = given.kubelet ?? kubeletConfiguration.decode({}, "", () => {});
  const kubeProxy = given.kubeProxy ?? kubeProxyConfiguration.decode({}, "", () => {});
  return {
    init,
    cluster,
    kubelet: defaultKubeletConfiguration(kubelet, cluster),
    kubeProxy: defaultKubeProxyConfiguration(kubeProxy, { podSubnet: cluster.networking.podSubnet, advertiseAddress }),
    supplied: { kubelet: given.kubelet !== undefined, kubeProxy: given.kubeProxy !== undefined },
  };
}
