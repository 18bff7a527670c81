import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { kubeletDir, kubernetesDir, manifestsDir } from "../../config/kubeadm/constants.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import { readTree } from "../../hosts/tree/read-tree.ts";
import { type RenderedFolder, writeTree } from "../../hosts/tree/write-tree.ts";
import { renderTree, type Tree } from "../../manifests/render-tree.ts";
import { proxyEnvironment } from "../../manifests/static-pod/environment.ts";
import type { PatchPod } from "../../manifests/static-pod/static-pod-files.ts";
import { caFolders } from "../../manifests/static-pod/volumes.ts";
import type { TreeParts } from "../../manifests/tree-parts.ts";

export type OfflineRun = {
  readonly config: InitInput;
  readonly parts: TreeParts;
  /** The directory that stands for the host's root; "/" is this machine itself. */
  readonly rootfs: string;
  readonly now: Date;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly patch: PatchPod;
};

/** Renders some phases of `init` and writes them below a directory; nothing is written unless everything could be made. */
export async function writePhase({ config, parts, rootfs, now, environment, patch }: OfflineRun): Promise<Tree> {
  const existing = await readTree(rootfs, [...new Set([kubernetesDir, config.cluster.certificatesDir])]);
  const tree = await renderTree({
    config,
    parts,
    existing,
    now,
    random: randomBytes,
    host: {
      hostname: hostname(),
      usesSystemdResolved: false,
      caFolders: caFolders.filter((folder) => existsSync(join(rootfs, folder))),
      proxyEnv: proxyEnvironment(environment),
    },
    patch,
  });
  await writeTree(rootfs, tree.files, folders(config, parts));
  return tree;
}

/** Folders that kubeadm keeps from other users. */
function folders({ cluster }: InitInput, { controlPlane, etcd, kubelet }: TreeParts): RenderedFolder[] {
  const { local } = cluster.etcd;
  const hasManifests = controlPlane.length > 0 || etcd;
  return [
    ...(hasManifests
      ? [
          { path: kubernetesDir, mode: 0o755 },
          { path: manifestsDir, mode: 0o700 },
        ]
      : []),
    ...(etcd && local ? [{ path: local.dataDir, mode: 0o700 }] : []),
    ...(kubelet ? [{ path: kubeletDir, mode: 0o700 }] : []),
  ];
}
