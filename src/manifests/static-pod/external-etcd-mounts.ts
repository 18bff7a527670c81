import type { ClusterConfiguration, HostPathMount } from "../../config/kubeadm/cluster-configuration.ts";
import { mountOf } from "./volumes.ts";

/** The folders of an external etcd's certificates that no other mount covers. */
export function externalEtcdMounts(
  { etcd }: Pick<ClusterConfiguration, "etcd">,
  covered: readonly HostPathMount[],
): readonly HostPathMount[] {
  const { external } = etcd;
  if (!external) return [];
  const files = [external.caFile, external.certFile, external.keyFile].filter((file) => file !== "");
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf("/"))))];
  const isCovered = (folder: string) => covered.some(({ mountPath }) => `${folder}/`.startsWith(`${mountPath}/`));
  const isInside = (folder: string) => folders.some((other) => other !== folder && folder.startsWith(`${other}/`));
  return folders
    .filter((folder) => !isCovered(folder) && !isInside(folder))
    .sort()
    .map((folder, index) => mountOf(`etcd-certs-${index}`, folder, "DirectoryOrCreate"));
}
