import { type ClusterContext, isControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";
import { file } from "./engine/resources/file.ts";

/** The kubeconfigs of administrators, the control plane's components and its kubelet. */
export const kubeconfig: Phase<ClusterContext> = {
  id: "kubeconfig",
  title: "Write the kubeconfigs of the control plane",
  dependsOn: ["certs"],
  readsHost: true,
  appliesTo: isControlPlane,
  resources: async (context, target) => {
    const { kubeconfigs, warnings } = await context.materials.of(target.host, nodeOf(context, target).input);
    for (const warning of warnings) target.report(warning);
    return kubeconfigs.map(({ path, content, mode }) => file(path, { content, mode, secret: true }));
  },
};
