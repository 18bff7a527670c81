import { expect, it } from "vitest";
import { kubeadmDocuments } from "../../../src/config/cluster/kubeadm-documents.ts";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";

const documentsOf = (text: string) => kubeadmDocuments(requireCluster({ file: "c", text, env: {} }));

it("puts what the Cluster says into the ClusterConfiguration", () => {
  const text =
    "metadata: {name: blue}\nspec: {hosts: [a], kubernetesVersion: v1.36.1, network: {serviceSubnet: 10.0.0.0/16}}\n";
  expect(documentsOf(`kind: Cluster\n${text}`)).toEqual([
    {
      apiVersion: "kubeadm.k8s.io/v1beta4",
      group: "kubeadm.k8s.io",
      kind: "ClusterConfiguration",
      body: {
        clusterName: "blue",
        kubernetesVersion: "v1.36.1",
        networking: { podSubnet: "10.244.0.0/16", serviceSubnet: "10.0.0.0/16" },
      },
    },
  ]);
});

it("keeps what a pasted ClusterConfiguration says, and the other documents", () => {
  const kubeadm =
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: red\nnetworking: {podSubnet: 10.9.0.0/16}\n";
  const kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 50\n";
  const documents = documentsOf(`spec: {hosts: [a]}\n---\n${kubeadm}---\n${kubelet}`);
  expect(documents.map(({ kind, body }) => [kind, body])).toEqual([
    ["ClusterConfiguration", { clusterName: "red", networking: { podSubnet: "10.9.0.0/16" } }],
    ["KubeletConfiguration", { maxPods: 50 }],
  ]);
});
