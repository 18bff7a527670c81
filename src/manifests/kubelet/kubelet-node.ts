import type { NodeRegistration } from "../../config/kubeadm/node-registration.ts";
import type { KubeletNode } from "./kubelet-files.ts";

/** What a control-plane host's registration means for its kubelet; `workerKubeletNode` is the worker's. */
export function kubeletNode(
  { name, criSocket, kubeletExtraArgs }: NodeRegistration,
  hostname: string,
  featureGates: Readonly<Record<string, boolean>>,
): KubeletNode {
  const isCriSocketLocal = featureGates.NodeLocalCRISocket !== false;
  return { name, hostname, criSocket, kubeletExtraArgs, registerWithTaints: [], isCriSocketLocal };
}

/** The same for a worker, whose taints the kubelet registers itself. */
export function workerKubeletNode(
  registration: NodeRegistration,
  hostname: string,
  featureGates: Readonly<Record<string, boolean>>,
): KubeletNode {
  return { ...kubeletNode(registration, hostname, featureGates), registerWithTaints: registration.taints ?? [] };
}
