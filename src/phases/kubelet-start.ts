import type { KubeletConfiguration } from "../config/kubelet/kubelet-configuration.ts";
import type { Facts } from "../hosts/facts.ts";
import { kubeletFiles } from "../manifests/kubelet/kubelet-files.ts";
import { kubeletNode, workerKubeletNode } from "../manifests/kubelet/kubelet-node.ts";
import { patchedKubelet } from "../manifests/patches/patched.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { localPatches } from "./cluster/local-patches.ts";
import type { NodeWish } from "./cluster/node-wish.ts";
import type { Phase, Target } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { file } from "./engine/resources/file.ts";
import { service } from "./engine/resources/service.ts";
import { kubeletProgram } from "./kubelet.ts";

/** The settings of a control plane's kubelet; it has a kubeconfig already and starts the static pods. */
export const kubeletStart: Phase<ClusterContext> = {
  id: "kubelet-start",
  title: "Write the kubelet's settings and start it",
  dependsOn: ["control-plane", "etcd"],
  appliesTo: isFirstControlPlane,
  resources: kubeletSettings,
  wrote: ({ startedKubelets }, { host }, written) => startedKubelets.note(host.name, written),
};

/** The kubelet's configuration and flags, and the service that runs with them. */
export async function kubeletSettings(
  context: ClusterContext,
  { facts, host, report }: Target,
): Promise<readonly Resource[]> {
  const node = nodeOf(context, { host });
  const { input } = node;
  const patches = await localPatches(input.init, report);
  const files = kubeletFiles({
    kubelet: patchedKubelet(fitting(input.kubelet, facts), patches),
    node: registrationOf(node, facts),
    usesSystemdResolved: facts.usesSystemdResolved,
  }).map(({ path, content, mode }) => file(path, { content, mode }));
  const program = await kubeletProgram(context, { host });
  return [...files, service("kubelet", { restartOn: [...program, ...files] })];
}

function registrationOf({ role, input }: NodeWish, { hostname }: Facts) {
  const node = role === "control-plane" ? kubeletNode : workerKubeletNode;
  return node(input.init.nodeRegistration, hostname, input.cluster.featureGates);
}

/** What the host's cgroups ask of its kubelet, where the user did not say otherwise. */
function fitting(kubelet: KubeletConfiguration, { cgroup }: Facts): KubeletConfiguration {
  if (cgroup === "v2") return kubelet;
  return { ...kubelet, cgroupDriver: "cgroupfs", failCgroupV1: kubelet.failCgroupV1 ?? false };
}
