import type { KubeObject } from "../kube/object.ts";

export type CniInput = {
  /** Repository and tag of the image, e.g. `slipway.local/slipway-cni:v1.36.2`. */
  readonly image: string;
  /** The API server's URL, reachable before there is a Service network. */
  readonly server: string;
  readonly podSubnet: string;
  readonly backend: "vxlan" | "host-gw";
};

const name = "slipway-cni";
const labels = { "k8s-app": name };
const metadata = { name, namespace: "kube-system", labels };

/** The objects of the network add-on: identity, configuration and a DaemonSet that tolerates everything. */
export function cniObjects(input: CniInput): readonly KubeObject[] {
  return [serviceAccount, clusterRole, clusterRoleBinding, configMap(input), daemonSet(input)];
}

const serviceAccount: KubeObject = { apiVersion: "v1", kind: "ServiceAccount", metadata };

const clusterRole: KubeObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name, labels },
  rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }],
};

const clusterRoleBinding: KubeObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name, labels },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
  subjects: [{ kind: "ServiceAccount", name, namespace: "kube-system" }],
};

/** Nodes have no Service network before kube-proxy runs, so the agent gets the server's own address. */
function configMap({ server }: CniInput): KubeObject {
  const secrets = "/var/run/secrets/kubernetes.io/serviceaccount";
  const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- name: default
  cluster:
    certificate-authority: ${secrets}/ca.crt
    server: ${server}
contexts:
- name: default
  context:
    cluster: default
    namespace: default
    user: default
current-context: default
users:
- name: default
  user:
    tokenFile: ${secrets}/token
`;
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "kubeconfig.conf": kubeconfig } };
}

function daemonSet({ image, podSubnet, backend }: CniInput): KubeObject {
  const container = {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    command: [
      "/usr/local/bin/slipway-cni",
      "--kubeconfig=/etc/slipway-cni/kubeconfig.conf",
      "--node-name=$(NODE_NAME)",
      `--pod-network-cidr=${podSubnet}`,
      `--backend=${backend}`,
    ],
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    resources: { requests: { cpu: "50m", memory: "64Mi" } },
    livenessProbe: {
      httpGet: { host: "127.0.0.1", path: "/healthz", port: 10247 },
      initialDelaySeconds: 10,
      periodSeconds: 30,
      failureThreshold: 3,
    },
    securityContext: { privileged: true },
    volumeMounts: [
      { name: "config", mountPath: "/etc/slipway-cni", readOnly: true },
      { name: "cni-conf", mountPath: "/etc/cni/net.d" },
      { name: "state", mountPath: "/var/lib/slipway-cni" },
      { name: "lib-modules", mountPath: "/lib/modules", readOnly: true },
    ],
  };
  const spec = {
    hostNetwork: true,
    priorityClassName: "system-node-critical",
    serviceAccountName: name,
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [{ operator: "Exists" }],
    terminationGracePeriodSeconds: 5,
    containers: [container],
    volumes: [
      { name: "config", configMap: { name } },
      { name: "cni-conf", hostPath: { path: "/etc/cni/net.d", type: "DirectoryOrCreate" } },
      { name: "state", hostPath: { path: "/var/lib/slipway-cni", type: "DirectoryOrCreate" } },
      { name: "lib-modules", hostPath: { path: "/lib/modules" } },
    ],
  };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata,
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      template: { metadata: { labels }, spec },
    },
  };
}
