import type { ClusterConfiguration } from "../../config/kubeadm/cluster-configuration.ts";
import { controlPlaneTaint } from "../../config/kubeadm/constants.ts";
import { dnsImage } from "../../config/kubeadm/values/images.ts";
import { dnsServiceIp } from "../../config/kubeadm/values/service-address.ts";
import type { KubeObject } from "../../kube/object.ts";
import { clusterRole, clusterRoleBinding, serviceAccount, serviceAccountSubject } from "../cluster/rbac.ts";
import { corednsPodSpec } from "./coredns-pod.ts";
import { corefile } from "./corefile.ts";

const namespace = "kube-system";
const role = "system:coredns";
const labels = { "k8s-app": "kube-dns" };
const read = ["list", "watch"];

/** Cluster DNS: account, rights, Corefile, Service and Deployment (app/phases/addons/dns/). */
export function corednsObjects(cluster: ClusterConfiguration, replicas = 2): readonly KubeObject[] {
  const { dnsDomain, serviceSubnet } = cluster.networking;
  return [
    serviceAccount("coredns"),
    clusterRole(role, [
      { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: read },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
    ]),
    clusterRoleBinding(role, role, [serviceAccountSubject("coredns")]),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "coredns", namespace },
      data: { Corefile: corefile(dnsDomain) },
    },
    service(dnsServiceIp(serviceSubnet)),
    corednsDeployment(dnsImage(cluster), replicas),
  ];
}

export function corednsDeployment(image: string, replicas: number): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "coredns", namespace, labels },
    spec: {
      replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: corednsPodSpec(image, controlPlaneTaint) },
    },
  };
}

function service(clusterIP: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace,
      labels: { ...labels, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
      annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
    },
    spec: {
      clusterIP,
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
        { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
      ],
      selector: labels,
    },
  };
}
