import { chmod, mkdir } from "node:fs/promises";
import { wholeValue } from "../../kube/quantity.ts";
import { setOwnership } from "./fs-group.ts";
import { isMountPoint, mountTmpfs } from "./mounts.ts";
import type { KubeletPaths } from "./paths.ts";
import type { VolumePlugin } from "./pod-volumes.ts";

/** emptyDir on the kubelet's disk, or a tmpfs for medium Memory; world-writable as upstream's. */
export function emptyDirPlugin(paths: KubeletPaths, memoryCapacityBytes: number): VolumePlugin {
  return async (pod, volume) => {
    if (!volume.emptyDir) return undefined;
    const { medium = "", sizeLimit } = volume.emptyDir;
    if (medium !== "" && medium !== "Memory") throw new Error(`unsupported medium ${medium}`);
    const hostPath = paths.volumeDir(pod.metadata.uid ?? "", "kubernetes.io/empty-dir", volume.name);
    const created = await mkdir(hostPath, { recursive: true });
    if (medium === "Memory" && !(await isMountPoint(hostPath))) {
      await mountTmpfs(hostPath, sizeLimit === undefined ? memoryCapacityBytes : wholeValue(sizeLimit));
      await chmod(hostPath, 0o777);
    }
    if (created !== undefined) {
      await chmod(hostPath, 0o777);
      await setOwnership(pod, hostPath, false);
    }
    return { hostPath, readOnly: false };
  };
}
