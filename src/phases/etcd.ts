import { patchPods } from "../manifests/patches/patched.ts";
import { etcdFile } from "../manifests/static-pod/static-pod-files.ts";
import { type ClusterContext, isControlPlane, nodeOf } from "./cluster/cluster-context.ts";
import { localPatches } from "./cluster/local-patches.ts";
import { staticPodContext } from "./cluster/static-pod-context.ts";
import type { Phase } from "./engine/phase.ts";
import { directory } from "./engine/resources/directory.ts";
import { file } from "./engine/resources/file.ts";

/** The local etcd member: its data folder and its static pod. */
export const etcd: Phase<ClusterContext> = {
  id: "etcd",
  title: "Write the static pod of etcd",
  dependsOn: ["certs"],
  appliesTo: (context, target) =>
    isControlPlane(context, target) && !nodeOf(context, target).input.cluster.etcd.external,
  resources: async (context, target) => {
    const { init } = nodeOf(context, target).input;
    const patch = patchPods(await localPatches(init, target.report));
    const manifest = etcdFile(await staticPodContext(context, target), [], patch);
    const dataDir = nodeOf(context, target).input.cluster.etcd.local?.dataDir;
    if (!manifest || !dataDir) return [];
    return [
      directory(dataDir, { mode: 0o700 }),
      file(manifest.path, { content: manifest.content, mode: manifest.mode }),
    ];
  },
};
