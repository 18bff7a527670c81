import { patchPods } from "../manifests/patches/patched.ts";
import type { EtcdMember } from "../manifests/static-pod/joined-etcd-members.ts";
import type { StaticPodContext } from "../manifests/static-pod/static-pod-context.ts";
import { etcdFile, type PatchPod } from "../manifests/static-pod/static-pod-files.ts";
import { type ClusterContext, isFirstControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { localPatches } from "./cluster/local-patches.ts";
import { staticPodContext } from "./cluster/static-pod-context.ts";
import type { Phase } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { directory } from "./engine/resources/directory.ts";
import { file } from "./engine/resources/file.ts";

/** The local etcd member: its data folder and its static pod. */
export const etcd: Phase<ClusterContext> = {
  id: "etcd",
  title: "Write the static pod of etcd",
  dependsOn: ["certs"],
  appliesTo: (context, target) =>
    isFirstControlPlane(context, target) && !nodeOf(context, target).input.cluster.etcd.external,
  resources: async (context, target) => {
    const { input } = nodeOf(context, target);
    const patch = patchPods(await localPatches(input.init, target.report));
    // a member that joined others once is the first to be asked when they are away
    const { etcdMembers } = await context.materials.of(target.host, input);
    return etcdResources(await staticPodContext(context, target), etcdMembers, patch);
  },
  wrote: ({ writtenPods }, { host }, written) => writtenPods.note(host.name, written),
};

/** With `members` it joins them at its first start, without it begins a cluster of its own. */
export function etcdResources(pods: StaticPodContext, members: readonly EtcdMember[], patch: PatchPod): Resource[] {
  const manifest = etcdFile(pods, members, patch);
  const dataDir = pods.cluster.etcd.local?.dataDir;
  if (!manifest || !dataDir) return [];
  return [directory(dataDir, { mode: 0o700 }), file(manifest.path, { content: manifest.content, mode: manifest.mode })];
}
