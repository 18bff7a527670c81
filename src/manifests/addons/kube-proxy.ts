import { yaml } from "../../base/yaml.ts";
import type { KubeProxyConfiguration } from "../../config/kube-proxy/kube-proxy-configuration.ts";
import { printKubeProxyConfiguration } from "../../config/kube-proxy/print-kube-proxy-configuration.ts";
import { nodeBootstrapTokenGroup } from "../../config/kubeadm/constants.ts";
import type { EnvVar } from "../../config/kubeadm/node-registration.ts";
import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { kubernetesImage } from "../../config/kubeadm/values/images.ts";
import type { KubeObject } from "../../kube/object.ts";
import { clusterServerUrl } from "../../kubeconfig/server-url.ts";
import { clusterRoleBinding, group, readOne, serviceAccount, serviceAccountSubject } from "../cluster/rbac.ts";
import { generatedMark } from "../cluster/upload-config.ts";

const name = "kube-proxy";
const namespace = "kube-system";
const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

export type KubeProxyInput = ControlPlaneInput & {
  readonly kubeProxy: KubeProxyConfiguration;
  readonly isSupplied: boolean;
  readonly proxyEnv: readonly EnvVar[];
};

/** kube-proxy's account, rights, configuration and DaemonSet (app/phases/addons/proxy/). */
export function kubeProxyObjects(input: KubeProxyInput): readonly KubeObject[] {
  return [
    serviceAccount(name),
    clusterRoleBinding("kubeadm:node-proxier", "system:node-proxier", [serviceAccountSubject(name)]),
    ...readOne(name, { namespace, resource: "configmaps", object: name }, [group(nodeBootstrapTokenGroup)]),
    configMap(input),
    daemonSet(kubernetesImage(input.cluster, name), input.proxyEnv),
  ];
}

function configMap({ kubeProxy, isSupplied, ...input }: KubeProxyInput): KubeObject {
  const data = {
    "config.conf": printKubeProxyConfiguration(kubeProxy).trimEnd(),
    "kubeconfig.conf": kubeconfig(clusterServerUrl(input)).trimEnd(),
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels: { app: name }, ...(isSupplied ? {} : { annotations: generatedMark(data) }) },
    data,
  };
}

/** It signs in with the token of its own pod; the fields in the order of kubeadm's text, which the mark above hashes. */
function kubeconfig(server: string): string {
  return yaml({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ cluster: { "certificate-authority": `${accountFolder}/ca.crt`, server }, name: "default" }],
    contexts: [{ context: { cluster: "default", namespace: "default", user: "default" }, name: "default" }],
    "current-context": "default",
    users: [{ name: "default", user: { tokenFile: `${accountFolder}/token` } }],
  });
}

function daemonSet(image: string, proxyEnv: readonly EnvVar[]): KubeObject {
  const labels = { "k8s-app": name };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate" },
      template: { metadata: { labels }, spec: podSpec(image, proxyEnv) },
    },
  };
}

function podSpec(image: string, proxyEnv: readonly EnvVar[]) {
  return {
    priorityClassName: "system-node-critical",
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        command: [
          "/usr/local/bin/kube-proxy",
          "--config=/var/lib/kube-proxy/config.conf",
          "--hostname-override=$(NODE_NAME)",
        ],
        securityContext: { privileged: true },
        volumeMounts: [
          { mountPath: "/var/lib/kube-proxy", name },
          { mountPath: "/run/xtables.lock", name: "xtables-lock" },
          { mountPath: "/lib/modules", name: "lib-modules", readOnly: true },
        ],
        env: [
          { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          ...proxyEnv.map((variable) => ({ name: variable.name, value: variable.value })),
        ],
      },
    ],
    hostNetwork: true,
    serviceAccountName: name,
    volumes: [
      { name, configMap: { name } },
      { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
      { name: "lib-modules", hostPath: { path: "/lib/modules" } },
    ],
    tolerations: [{ operator: "Exists" }],
    nodeSelector: { "kubernetes.io/os": "linux" },
  };
}
