import type { KubeClient } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { Pod } from "../api/pod.ts";
import type { HostPathType, Volume } from "../api/volume.ts";
import { setOwnership } from "./fs-group.ts";
import { prepareHostPath } from "./host-path.ts";
import type { MountedVolume, VolumePlugin } from "./pod-volumes.ts";

type Claim = KubeObject & { spec: { volumeName?: string }; status?: { phase?: string } };
type PersistentVolume = KubeObject & {
  spec: {
    hostPath?: { path: string; type?: HostPathType };
    local?: { path: string };
    claimRef?: { name?: string; namespace?: string; uid?: string };
  };
};

const rememberedClaims = 1024;

/** PersistentVolumeClaims that are bound to a hostPath or local volume. */
export function claimPlugin(client: () => Promise<KubeClient>): VolumePlugin {
  // A claim's volume does not change while a pod uses it, so the API is asked once.
  const found = new Map<string, MountedVolume>();
  return async (pod, volume) => {
    const source = volume.persistentVolumeClaim;
    if (!source) return undefined;
    const key = `${pod.metadata.uid} ${volume.name}`;
    const mounted = found.get(key) ?? (await resolveClaim(await client(), pod, source));
    found.set(key, mounted);
    const [oldest] = found.keys();
    if (found.size > rememberedClaims && oldest !== undefined) found.delete(oldest);
    return mounted;
  };
}

async function resolveClaim(
  api: KubeClient,
  pod: Pod,
  source: NonNullable<Volume["persistentVolumeClaim"]>,
): Promise<MountedVolume> {
  const namespace = pod.metadata.namespace ?? "";
  const claim = await api.get<Claim>(resources.persistentvolumeclaims, { name: source.claimName, namespace });
  const name = claim.spec.volumeName;
  if (!name || claim.status?.phase !== "Bound") throw new Error(`PVC ${namespace}/${source.claimName} is not bound`);
  const { spec } = await api.get<PersistentVolume>(resources.persistentvolumes, { name });
  if (spec.claimRef?.uid !== claim.metadata.uid) throw new Error(`PV ${name} is bound to another claim`);
  const readOnly = source.readOnly ?? false;
  if (spec.hostPath) {
    await prepareHostPath(spec.hostPath.path, spec.hostPath.type ?? "");
    return { hostPath: spec.hostPath.path, readOnly };
  }
  if (!spec.local) throw new Error(`PV ${name} is neither hostPath nor local, which is all that this kubelet mounts`);
  await prepareHostPath(spec.local.path, "Directory");
  if (!readOnly) await setOwnership(pod, spec.local.path, false);
  return { hostPath: spec.local.path, readOnly };
}
