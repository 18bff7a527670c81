import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";
import { file } from "./engine/resources/file.ts";

/** The kubeconfigs of administrators, the control plane's components and its kubelet. */
export const kubeconfig: Phase<ClusterContext> = {
  id: "kubeconfig",
  title: "Write the kubeconfigs of the control plane",
  dependsOn: ["certs"],
  appliesTo: isFirstControlPlane,
  checks: async (context, target) => {
    const { warnings } = await context.materials.of(target.host, nodeOf(context, target).input);
    const findings = warnings.map((message) => ({ severity: "warning", message }) as const);
    return [{ name: "Kubeconfig", probe: () => [], judge: () => findings }];
  },
  resources: async (context, target) => {
    const { kubeconfigs } = await context.materials.of(target.host, nodeOf(context, target).input);
    return kubeconfigs.map(({ path, content, mode }) => file(path, { content, mode, secret: true }));
  },
};
