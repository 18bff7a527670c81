import { kubeletLauncher } from "../manifests/kubelet/kubelet-launcher.ts";
import { kubeletDropIn, kubeletUnit } from "../manifests/kubelet/kubelet-unit.ts";
import type { ClusterContext } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { file } from "./engine/resources/file.ts";
import { uploadedFile } from "./engine/resources/uploaded-file.ts";

/** The kubelet's program, the Node that runs it, and its unit with kubeadm's drop-in; kubelet-start starts it. */
export const kubelet: Phase<ClusterContext> = {
  id: "kubelet",
  title: "Install the kubelet",
  appliesTo: () => true,
  resources: kubeletProgram,
};

/** The files that a running kubelet was started from. */
export function kubeletProgram({ distribution }: ClusterContext): readonly Resource[] {
  const { version, kubelet: bundle, node } = distribution;
  const home = `/opt/slipway/${version}`;
  const rendered = [kubeletLauncher(version), kubeletUnit(), kubeletDropIn()];
  return [
    uploadedFile(`${home}/node`, { ...node, mode: 0o755 }),
    uploadedFile(`${home}/kubelet.mjs`, { ...bundle, mode: 0o644 }),
    ...rendered.map(({ path, content, mode }) => file(path, { content, mode })),
  ];
}
