import { sortedYaml } from "../../base/sorted-yaml.ts";
import {
  type KubeProxyConfiguration,
  kubeProxyApiVersion,
  kubeProxyConfiguration,
} from "./kube-proxy-configuration.ts";

/** The document as kubeadm writes it: every field is spelled out. */
export function printKubeProxyConfiguration(value: KubeProxyConfiguration): string {
  const fields = kubeProxyConfiguration.encode(value) as object;
  return sortedYaml({ apiVersion: kubeProxyApiVersion, kind: "KubeProxyConfiguration", ...fields });
}
