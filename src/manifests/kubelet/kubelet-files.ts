import type { RenderedFile } from "../../base/rendered-file.ts";
import { kubeletDir } from "../../config/kubeadm/constants.ts";
import type { Arg, Taint } from "../../config/kubeadm/node-registration.ts";
import type { KubeletConfiguration } from "../../config/kubelet/kubelet-configuration.ts";
import { printKubeletConfiguration } from "../../config/kubelet/print-kubelet-configuration.ts";

export type KubeletFilesInput = {
  readonly kubelet: KubeletConfiguration;
  readonly node: KubeletNode;
  /** Whether systemd-resolved runs on the host: its resolv.conf is then the one with real servers in it. */
  readonly usesSystemdResolved: boolean;
};

/** What of a node's registration reaches its kubelet's files. */
export type KubeletNode = {
  readonly name: string;
  /** What the kubelet would call itself. */
  readonly hostname: string;
  readonly criSocket: string;
  readonly kubeletExtraArgs: readonly Arg[];
  /** Taints to register with; a worker's. Control-plane hosts are tainted through the API. */
  readonly registerWithTaints: readonly Taint[];
  /** The NodeLocalCRISocket gate: the socket stands in instance-config.yaml, else in a flag. */
  readonly isCriSocketLocal: boolean;
};

/** config.yaml, instance-config.yaml and kubeadm-flags.env in /var/lib/kubelet, all 0644. */
export function kubeletFiles({ kubelet, node, usesSystemdResolved }: KubeletFilesInput): readonly RenderedFile[] {
  const resolvConf = usesSystemdResolved ? "/run/systemd/resolve/resolv.conf" : undefined;
  const config: KubeletConfiguration = {
    ...kubelet,
    resolvConf: kubelet.resolvConf ?? resolvConf,
    ...(node.isCriSocketLocal ? { containerRuntimeEndpoint: node.criSocket } : {}),
  };
  return [
    file("kubeadm-flags.env", kubeletFlagsEnv(node)),
    ...(node.isCriSocketLocal ? [file("instance-config.yaml", instanceConfig(node.criSocket))] : []),
    file("config.yaml", printKubeletConfiguration(config)),
  ];
}

/** One line that defines KUBELET_KUBEADM_ARGS for the unit. */
export function kubeletFlagsEnv(node: KubeletNode): string {
  const { name, hostname, criSocket, registerWithTaints, isCriSocketLocal, kubeletExtraArgs } = node;
  const defaults: Arg[] = [
    ...(isCriSocketLocal ? [] : [{ name: "container-runtime-endpoint", value: criSocket }]),
    ...(name === hostname ? [] : [{ name: "hostname-override", value: name }]),
    ...(registerWithTaints.length > 0
      ? [{ name: "register-with-taints", value: registerWithTaints.map(taintText).join(",") }]
      : []),
  ];
  const replaced = new Set(kubeletExtraArgs.map((arg) => arg.name));
  const flags = [...defaults.filter((arg) => !replaced.has(arg.name)), ...kubeletExtraArgs];
  return `KUBELET_KUBEADM_ARGS="${flags.map((arg) => `--${arg.name}=${arg.value}`).join(" ")}"\n`;
}

/** The part of the configuration that is this host's own; upgrades merge it over the cluster's. */
export function instanceConfig(criSocket: string): string {
  return `containerRuntimeEndpoint: ${JSON.stringify(criSocket)}\n`;
}

function taintText({ key, value, effect }: Taint): string {
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}

function file(name: string, content: string): RenderedFile {
  return { path: `${kubeletDir}/${name}`, mode: 0o644, content };
}
