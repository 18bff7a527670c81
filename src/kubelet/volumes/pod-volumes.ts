import { messageOf } from "../../base/errors.ts";
import type { Pod } from "../api/pod.ts";
import type { Volume } from "../api/volume.ts";
import { prepareHostPath } from "./host-path.ts";
import { removeTree } from "./mounts.ts";
import type { KubeletPaths } from "./paths.ts";
import { VolumeError } from "./volume-error.ts";

/** Where each volume of a pod stands on the host, by the volume's name. */
export type MountedVolumes = ReadonlyMap<string, MountedVolume>;
export type MountedVolume = { readonly hostPath: string; readonly readOnly: boolean };

/** Sets up volumes of one kind; gives undefined for a volume that is of another. */
export type VolumePlugin = (pod: Pod, volume: Volume) => Promise<MountedVolume | undefined>;

export type PodVolumes = {
  /** Sets up what is missing and renews what changes; rejects with VolumeError. */
  mount(pod: Pod): Promise<MountedVolumes>;
  /** Unmounts and removes everything of a pod below the kubelet's root. */
  remove(uid: string): Promise<void>;
};

export function podVolumes(plugins: readonly VolumePlugin[], paths: KubeletPaths): PodVolumes {
  const setUp = async (pod: Pod, volume: Volume): Promise<[string, MountedVolume]> => {
    for (const plugin of plugins) {
      const mounted = await plugin(pod, volume).catch((thrown) => {
        throw thrown instanceof VolumeError
          ? thrown
          : new VolumeError(volume.name, messageOf(thrown), { cause: thrown });
      });
      if (mounted) return [volume.name, mounted];
    }
    const source = Object.keys(volume).find((key) => key !== "name");
    throw new VolumeError(volume.name, `volumes of type ${source} are not supported by this kubelet`);
  };
  return {
    mount: async (pod) => new Map(await Promise.all((pod.spec.volumes ?? []).map((volume) => setUp(pod, volume)))),
    remove: (uid) => removeTree(paths.podDir(uid)),
  };
}

export const hostPathPlugin: VolumePlugin = async (_pod, volume) => {
  if (!volume.hostPath) return undefined;
  await prepareHostPath(volume.hostPath.path, volume.hostPath.type ?? "");
  return { hostPath: volume.hostPath.path, readOnly: false };
};
