import { yaml } from "../../base/yaml.ts";

/** The kubeconfig that a bootstrapped kubelet writes for itself (bootstrap.writeKubeconfigFromBootstrapping). */
export function kubeletKubeconfig(
  cluster: { readonly server: string; readonly ca: string | undefined },
  pemPath: string,
): string {
  return yaml({
    apiVersion: "v1",
    clusters: [
      {
        cluster: {
          ...(cluster.ca && { "certificate-authority-data": Buffer.from(cluster.ca).toString("base64") }),
          server: cluster.server,
        },
        name: "default-cluster",
      },
    ],
    contexts: [
      { context: { cluster: "default-cluster", namespace: "default", user: "default-auth" }, name: "default-context" },
    ],
    "current-context": "default-context",
    kind: "Config",
    preferences: {},
    users: [{ name: "default-auth", user: { "client-certificate": pemPath, "client-key": pemPath } }],
  });
}
