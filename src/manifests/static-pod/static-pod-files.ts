import type { RenderedFile } from "../../base/rendered-file.ts";
import { sortedYaml } from "../../base/sorted-yaml.ts";
import { manifestsDir } from "../../config/kubeadm/constants.ts";
import { etcdPod } from "./etcd.ts";
import type { EtcdMember } from "./joined-etcd-members.ts";
import { kubeApiServerPod } from "./kube-apiserver.ts";
import { kubeControllerManagerPod } from "./kube-controller-manager.ts";
import { kubeSchedulerPod } from "./kube-scheduler.ts";
import type { StaticPod } from "./pod.ts";
import type { StaticPodContext } from "./static-pod-context.ts";

/** Changes a pod before it is written: the user's patches for a component. */
export type PatchPod = (component: string, pod: StaticPod) => StaticPod;
const unpatched: PatchPod = (_, pod) => pod;

/** The components of `control-plane`, by the phase's name. */
export const controlPlaneComponents = {
  apiserver: { name: "kube-apiserver", pod: kubeApiServerPod },
  "controller-manager": { name: "kube-controller-manager", pod: kubeControllerManagerPod },
  scheduler: { name: "kube-scheduler", pod: kubeSchedulerPod },
} as const;
export type ControlPlaneComponentName = keyof typeof controlPlaneComponents;
export const controlPlaneComponentNames = Object.keys(controlPlaneComponents) as readonly ControlPlaneComponentName[];

/** One manifest in the kubelet's static pod folder, 0600. */
export function controlPlaneFile(
  component: ControlPlaneComponentName,
  context: StaticPodContext,
  patch: PatchPod = unpatched,
): RenderedFile {
  const { name, pod } = controlPlaneComponents[component];
  return manifestFile(name, patch(name, pod(context)));
}

/** etcd's manifest; undefined when etcd is external. */
export function etcdFile(
  context: StaticPodContext,
  members: readonly EtcdMember[] = [],
  patch: PatchPod = unpatched,
): RenderedFile | undefined {
  const { local } = context.cluster.etcd;
  return local && manifestFile("etcd", patch("etcd", etcdPod(context, local, members)));
}

function manifestFile(name: string, pod: StaticPod): RenderedFile {
  return { path: `${manifestsDir}/${name}.yaml`, mode: 0o600, content: sortedYaml(pod) };
}
