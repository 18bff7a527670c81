import { buildKubeconfig } from "./build-kubeconfig.ts";
import { kubeconfigText } from "./kubeconfig.ts";

/** bootstrap-kubelet.conf: what a joining kubelet uses until it has a certificate of its own. */
export function bootstrapKubeconfig(input: { server: string; clusterName: string; ca: string; token: string }): string {
  const { token, ...cluster } = input;
  return kubeconfigText(
    buildKubeconfig({ ...cluster, userName: "tls-bootstrap-token-user", credentials: { kind: "token", token } }),
  );
}
