/** The pod of cluster DNS; `controlPlane` is the taint that it tolerates. */
export function corednsPodSpec(image: string, controlPlane: { readonly key: string; readonly effect: string }) {
  return {
    priorityClassName: "system-cluster-critical",
    serviceAccountName: "coredns",
    affinity: { podAntiAffinity: preferOtherHosts },
    tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }, { ...controlPlane }],
    nodeSelector: { "kubernetes.io/os": "linux" },
    containers: [container(image)],
    dnsPolicy: "Default",
    volumes: [
      { name: "config-volume", configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] } },
    ],
  };
}

const preferOtherHosts = {
  preferredDuringSchedulingIgnoredDuringExecution: [
    {
      weight: 100,
      podAffinityTerm: {
        labelSelector: { matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }] },
        topologyKey: "kubernetes.io/hostname",
      },
    },
  ],
};

function container(image: string) {
  return {
    name: "coredns",
    image,
    imagePullPolicy: "IfNotPresent",
    resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
    args: ["-conf", "/etc/coredns/Corefile"],
    volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
    ports: [
      { containerPort: 53, name: "dns", protocol: "UDP" },
      { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
      { containerPort: 9153, name: "metrics", protocol: "TCP" },
      { containerPort: 8080, name: "liveness-probe", protocol: "TCP" },
      { containerPort: 8181, name: "readiness-probe", protocol: "TCP" },
    ],
    livenessProbe: {
      httpGet: { path: "/health", port: "liveness-probe", scheme: "HTTP" },
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: 5,
    },
    readinessProbe: { httpGet: { path: "/ready", port: "readiness-probe", scheme: "HTTP" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
  };
}
