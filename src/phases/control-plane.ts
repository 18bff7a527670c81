import { patchPods } from "../manifests/patches/patched.ts";
import { type ControlPlaneComponentName, controlPlaneFile } from "../manifests/static-pod/static-pod-files.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { localPatches } from "./cluster/local-patches.ts";
import { staticPodContext } from "./cluster/static-pod-context.ts";
import type { Phase } from "./engine/phase.ts";
import { file } from "./engine/resources/file.ts";

const components: readonly ControlPlaneComponentName[] = ["apiserver", "controller-manager", "scheduler"];

/** The static pods of the API server, the controller manager and the scheduler. */
export const controlPlane: Phase<ClusterContext> = {
  id: "control-plane",
  title: "Write the static pods of the control plane",
  dependsOn: ["kubeconfig"],
  appliesTo: isFirstControlPlane,
  resources: async (context, target) => {
    const pods = await staticPodContext(context, target);
    const patch = patchPods(await localPatches(nodeOf(context, target).input.init, target.report));
    return components.map((component) => {
      const { path, content, mode } = controlPlaneFile(component, pods, patch);
      return file(path, { content, mode });
    });
  },
  wrote: ({ writtenPods }, { host }, written) => writtenPods.note(host.name, written),
};
