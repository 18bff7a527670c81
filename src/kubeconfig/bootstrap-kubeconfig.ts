import { buildKubeconfig, type KubeconfigInput } from "./build-kubeconfig.ts";
import { kubeconfigText } from "./kubeconfig.ts";

/** bootstrap-kubelet.conf: what a joining kubelet uses until it has a certificate of its own. */
export function bootstrapKubeconfig(input: Omit<KubeconfigInput, "userName">): string {
  return kubeconfigText(buildKubeconfig({ ...input, userName: "tls-bootstrap-token-user" }));
}
