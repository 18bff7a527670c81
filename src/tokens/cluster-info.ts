import type { KubeObject } from "../kube/object.ts";
import { base64, kubeconfigText } from "../kubeconfig/kubeconfig.ts";
import type { TokenParts } from "./bootstrap-token.ts";
import { signDetached } from "./detached-jws.ts";

export const signaturePrefix = "jws-kubeconfig-";

/** The kubeconfig inside `cluster-info`: a server and its authority, no name, no credentials. */
export function clusterInfoKubeconfig({ server, ca }: { server: string; ca: string }): string {
  return kubeconfigText({
    clusters: [{ name: "", cluster: { "certificate-authority-data": base64(ca), server } }],
    contexts: null,
    "current-context": "",
    users: null,
  });
}

/** The public ConfigMap from which a joining host learns the cluster; signed here when tokens are given. */
export function clusterInfo(kubeconfig: string, tokens: readonly TokenParts[] = []): KubeObject {
  const signatures = tokens.map((token) => [signaturePrefix + token.id, signDetached(kubeconfig, token)]);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cluster-info", namespace: "kube-public" },
    data: { ...Object.fromEntries(signatures), kubeconfig },
  };
}
