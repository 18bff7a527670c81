import { hash } from "node:crypto";
import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { nodeBootstrapTokenGroup, nodesGroup } from "../../config/kubeadm/constants.ts";
import { printKind } from "../../config/kubeadm/kinds.ts";
import type { KubeletConfiguration } from "../../config/kubelet/kubelet-configuration.ts";
import { printKubeletConfiguration } from "../../config/kubelet/print-kubelet-configuration.ts";
import type { KubeObject } from "../../kube/object.ts";
import { group, readOne } from "./rbac.ts";

const namespace = "kube-system";
const hashAnnotation = "kubeadm.kubernetes.io/component-config.hash";

/** ConfigMap `kubeadm-config`, which joins and upgrades read, and who may read it. */
export function kubeadmConfigObjects(cluster: ClusterConfiguration): readonly KubeObject[] {
  const subjects = [group(nodeBootstrapTokenGroup), group(nodesGroup)];
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kubeadm-config", namespace },
      data: { ClusterConfiguration: printKind("ClusterConfiguration", cluster) },
    },
    ...readOne(
      "kubeadm:nodes-kubeadm-config",
      { namespace, resource: "configmaps", object: "kubeadm-config" },
      subjects,
    ),
  ];
}

/** ConfigMap `kubelet-config`, which every kubelet's config.yaml is made from, and who may read it. */
export function kubeletConfigObjects(kubelet: KubeletConfiguration, isSupplied: boolean): readonly KubeObject[] {
  const data = { kubelet: printKubeletConfiguration(kubelet) };
  const subjects = [group(nodesGroup), group(nodeBootstrapTokenGroup)];
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kubelet-config", namespace, ...(isSupplied ? {} : { annotations: generatedMark(data) }) },
      data,
    },
    ...readOne("kubeadm:kubelet-config", { namespace, resource: "configmaps", object: "kubelet-config" }, subjects),
  ];
}

/** Marks a component configuration as generated: an upgrade may then make it anew. The hash covers the values in key order. */
export function generatedMark(data: Readonly<Record<string, string>>): Record<string, string> {
  const values = Object.keys(data)
    .sort()
    .map((key) => data[key]);
  return { [hashAnnotation]: `sha256:${hash("sha256", values.join(""), "hex")}` };
}
