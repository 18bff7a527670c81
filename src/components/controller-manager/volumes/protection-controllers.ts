import { isNotFound } from "../../../kube/api-error.ts";
import { splitKey } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type ResourceInfo, resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";

/** Keeps claims that pods use until the last such pod is gone. */
export const pvcProtectionController: Controller = {
  name: "persistentvolumeclaim-protection-controller",
  alias: "pvc-protection",
  account: "pvc-protection-controller",
  start(context) {
    const claims = context.informers.of<PersistentVolumeClaim>(resources.persistentvolumeclaims);
    const pods = context.informers.of<Pod>(resources.pods);
    pods.store.addIndex("claim", claimKeysOf);
    const isUsed = async (key: string) => {
      if (pods.store.byIndex("claim", key).some((pod) => uses(pod, key))) return true;
      // a pod that the cache does not show yet may just have begun to use it
      const { items } = await context.client.list<Pod>(resources.pods, { namespace: splitKey(key).namespace ?? "" });
      return items.some((pod) => uses(pod, key));
    };
    const worker = new KeyedWorker(context, "pvcprotection", (key) =>
      settle(context, claims.store.get(key), {
        resource: resources.persistentvolumeclaims,
        finalizer: "kubernetes.io/pvc-protection",
        isUsed: () => isUsed(key),
      }),
    );
    return () => {
      worker.follow(claims);
      const podEnded = (pod: Pod) => {
        for (const key of claimKeysOf(pod)) worker.add(key);
      };
      pods.addHandler({
        deleted: podEnded,
        updated: (old, pod) => (isShutDown(pod) && !isShutDown(old) ? podEnded(pod) : undefined),
      });
      worker.run();
    };
  },
};

/** Keeps volumes that are bound to a claim. */
export const pvProtectionController: Controller = {
  name: "persistentvolume-protection-controller",
  alias: "pv-protection",
  account: "pv-protection-controller",
  start(context) {
    const volumes = context.informers.of<PersistentVolume>(resources.persistentvolumes);
    const worker = new KeyedWorker(context, "pvprotection", async (key) => {
      const volume = volumes.store.get(key);
      const isUsed = () => volume?.status?.phase === "Bound";
      await settle(context, volume, {
        resource: resources.persistentvolumes,
        finalizer: "kubernetes.io/pv-protection",
        isUsed,
      });
    });
    return () => {
      worker.follow(volumes);
      worker.run();
    };
  },
};

type Protection = {
  readonly resource: ResourceInfo;
  readonly finalizer: string;
  readonly isUsed: () => Promise<boolean> | boolean;
};

/** Every object has the finalizer; one that is being deleted loses it as soon as nobody uses it. */
async function settle<T extends KubeObject>(
  { client }: ControllerContext,
  object: T | undefined,
  { resource, finalizer, isUsed }: Protection,
): Promise<void> {
  if (!object) return;
  const { finalizers = [], deletionTimestamp } = object.metadata;
  const has = finalizers.includes(finalizer);
  if (deletionTimestamp ? !has || (await isUsed()) : has) return;
  const next = deletionTimestamp ? finalizers.filter((one) => one !== finalizer) : [...finalizers, finalizer];
  try {
    await client.update(resource, { ...object, metadata: { ...object.metadata, finalizers: next } });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

function claimKeysOf(pod: Pod): string[] {
  return claimsOf(pod).map(({ key }) => key);
}

function claimsOf({ spec, metadata }: Pod): { key: string; isEphemeral: boolean }[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
    return claim === undefined
      ? []
      : [{ key: `${metadata.namespace}/${claim}`, isEphemeral: persistentVolumeClaim === undefined }];
  });
}

/** A pod uses its claims once it has a node, until it is gone; those of its ephemeral volumes until its kubelet is done with it. */
export function uses(pod: Pod, claimKey: string): boolean {
  if (!pod.spec.nodeName) return false;
  return claimsOf(pod).some(({ key, isEphemeral }) => key === claimKey && !(isEphemeral && isShutDown(pod)));
}

/** Nothing but finalizers keeps it: its kubelet has set the grace period to nothing, or it was deleted by force. */
function isShutDown({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}
