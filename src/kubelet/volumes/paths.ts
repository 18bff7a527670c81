import { join } from "node:path";

/** The layout of /var/lib/kubelet that node agents know. */
export type KubeletPaths = {
  readonly root: string;
  podDir(uid: string): string;
  volumeDir(uid: string, plugin: string, name: string): string;
  containerDir(uid: string, container: string): string;
  hostsFile(uid: string): string;
};

export function kubeletPaths(root: string): KubeletPaths {
  const podDir = (uid: string) => join(root, "pods", uid);
  return {
    root,
    podDir,
    volumeDir: (uid, plugin, name) => join(podDir(uid), "volumes", plugin.replaceAll("/", "~"), name),
    containerDir: (uid, container) => join(podDir(uid), "containers", container),
    hostsFile: (uid) => join(podDir(uid), "etc-hosts"),
  };
}
