import { sortedYaml } from "../../base/sorted-yaml.ts";
import { type KubeletConfiguration, kubeletApiVersion, kubeletConfiguration } from "./kubelet-configuration.ts";

/** The document as kubeadm writes it: zero values that Go doesn't omit are spelled out. */
export function printKubeletConfiguration(value: KubeletConfiguration): string {
  const fields = kubeletConfiguration.encode(value) as object;
  return sortedYaml({ apiVersion: kubeletApiVersion, kind: "KubeletConfiguration", ...fields });
}
