import { until } from "../base/until.ts";
import { kubernetesDir } from "../config/kubeadm/constants.ts";
import type { KubeletConfiguration } from "../config/kubelet/kubelet-configuration.ts";
import type { Facts } from "../hosts/facts.ts";
import { bootstrapKubeconfig } from "../kubeconfig/bootstrap-kubeconfig.ts";
import { kubeletFiles } from "../manifests/kubelet/kubelet-files.ts";
import { kubeletNode, workerKubeletNode } from "../manifests/kubelet/kubelet-node.ts";
import { patchedKubelet } from "../manifests/patches/patched.ts";
import { type ClusterContext, isControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { exists } from "./cluster/exists.ts";
import { localPatches } from "./cluster/local-patches.ts";
import type { NodeWish } from "./cluster/node-wish.ts";
import type { Phase, Target } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { directory } from "./engine/resources/directory.ts";
import { file } from "./engine/resources/file.ts";
import { service } from "./engine/resources/service.ts";
import { kubeletProgram } from "./kubelet.ts";

const kubeletConf = `${kubernetesDir}/kubelet.conf`;
const bootstrapConf = `${kubernetesDir}/bootstrap-kubelet.conf`;

/** The settings of a control plane's kubelet; it has a kubeconfig already and starts the static pods. */
export const kubeletStart: Phase<ClusterContext> = {
  id: "kubelet-start",
  title: "Write the kubelet's settings and start it",
  dependsOn: ["control-plane", "etcd"],
  appliesTo: isControlPlane,
  resources: (context, target) => settings(context, target),
};

/** The same for a worker, which gets a kubeconfig of its own by TLS bootstrap. */
export const kubeletJoin: Phase<ClusterContext> = {
  id: "kubelet-join",
  title: "Start the kubelet, which joins the cluster by TLS bootstrap",
  dependsOn: ["bootstrap-token", "upload-config"],
  readsHost: true,
  appliesTo: (context, target) => !isControlPlane(context, target),
  resources: async (context, target) => {
    const hasJoined = await exists(target.host, kubeletConf);
    return [...(await joinFiles(context, { hasJoined, target })), ...(await settings(context, target))];
  },
  ready: async (_, target) => {
    if (await exists(target.host, bootstrapConf)) await bootstrapped(target);
  },
};

async function joinFiles(
  context: ClusterContext,
  { hasJoined, target }: { hasJoined: boolean; target: Target },
): Promise<Resource[]> {
  const { server, clusterName, ca } = await context.joining.trust();
  const caPath = `${nodeOf(context, target).input.cluster.certificatesDir}/ca.crt`;
  const files = [directory(`${kubernetesDir}/manifests`, { mode: 0o755 }), file(caPath, { content: ca })];
  if (hasJoined) return files;
  const token = target.mode === "plan" ? "" : await context.joining.token(target.signal);
  const content = bootstrapKubeconfig({ server, clusterName, ca, token });
  return [...files, file(bootstrapConf, { content, mode: 0o600, secret: true })];
}

/** Waits for the certificate, then takes the bootstrap credentials away, as kubeadm's kubelet-wait-bootstrap does. */
async function bootstrapped(target: Target): Promise<void> {
  await until(() => exists(target.host, kubeletConf), {
    for: `${kubeletConf} on ${target.host.name}, which its kubelet writes once its certificate is signed`,
    withinMs: 5 * 60_000,
    everyMs: 150,
    signal: target.signal,
  });
  await target.host.batch([{ kind: "remove", path: bootstrapConf }]);
}

async function settings(context: ClusterContext, { facts, host, report }: Target): Promise<readonly Resource[]> {
  const node = nodeOf(context, { host });
  const { input } = node;
  const patches = await localPatches(input.init, report);
  const files = kubeletFiles({
    kubelet: patchedKubelet(fitting(input.kubelet, facts), patches),
    node: registrationOf(node, facts),
    usesSystemdResolved: facts.usesSystemdResolved,
  }).map(({ path, content, mode }) => file(path, { content, mode }));
  return [...files, service("kubelet", { restartOn: [...kubeletProgram(context, { host }), ...files] })];
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
