import { printKubeProxyConfiguration } from "../../kube-proxy/print-kube-proxy-configuration.ts";
import { printKubeletConfiguration } from "../../kubelet/print-kubelet-configuration.ts";
import { clusterConfiguration } from "../cluster-configuration.ts";
import { defaultCriSocket, nodeBootstrapTokenGroup } from "../constants.ts";
import { defaultKubernetesVersion } from "../distribution.ts";
import { initConfiguration } from "../init-configuration.ts";
import { joinConfiguration } from "../join-configuration.ts";
import { printKind } from "../kinds.ts";
import { initInput } from "../load/init-input.ts";
import { resetConfiguration } from "../reset-configuration.ts";
import { upgradeConfiguration } from "../upgrade-configuration.ts";
import { defaultClusterConfiguration } from "./dynamic-defaults.ts";

const placeholderToken = "abcdef.0123456789abcdef";
const silently = () => {};

export const componentKinds = ["KubeletConfiguration", "KubeProxyConfiguration"] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** `config print init-defaults`: a file to start from, with placeholders for what a host would supply. */
export function printInitDefaults(components: readonly ComponentKind[] = []): string {
  const init = initConfiguration.decode(
    {
      bootstrapTokens: [
        {
          token: placeholderToken,
          ttl: "24h",
          usages: ["signing", "authentication"],
          groups: [nodeBootstrapTokenGroup],
        },
      ],
      localAPIEndpoint: { advertiseAddress: "1.2.3.4" },
      nodeRegistration: { name: "node", criSocket: defaultCriSocket },
    },
    "",
    silently,
  );
  const kubernetesVersion = defaultKubernetesVersion.slice(1);
  const given = clusterConfiguration.decode({}, "", silently);
  const cluster = { ...defaultClusterConfiguration(given, init.localAPIEndpoint.bindPort), kubernetesVersion };
  const { kubelet, kubeProxy } = initInput({ init, cluster });
  const print = {
    KubeletConfiguration: () => printKubeletConfiguration(kubelet),
    KubeProxyConfiguration: () => printKubeProxyConfiguration(kubeProxy),
  };
  return [
    printKind("InitConfiguration", init),
    printKind("ClusterConfiguration", cluster),
    ...componentKinds.filter((kind) => components.includes(kind)).map((kind) => print[kind]()),
  ].join("---\n");
}

/** `config print join-defaults`: a worker's; `hostname` is this machine's, as kubeadm prints it. */
export function printJoinDefaults(hostname: string): string {
  const join = joinConfiguration.decode(
    {
      discovery: {
        bootstrapToken: {
          apiServerEndpoint: "kube-apiserver:6443",
          token: placeholderToken,
          unsafeSkipCAVerification: true,
        },
        tlsBootstrapToken: placeholderToken,
      },
      nodeRegistration: { name: hostname, criSocket: defaultCriSocket },
    },
    "",
    silently,
  );
  return printKind("JoinConfiguration", join);
}

export function printResetDefaults(): string {
  return printKind("ResetConfiguration", resetConfiguration.decode({ criSocket: defaultCriSocket }, "", silently));
}

export function printUpgradeDefaults(): string {
  return printKind("UpgradeConfiguration", upgradeConfiguration.decode({}, "", silently));
}
