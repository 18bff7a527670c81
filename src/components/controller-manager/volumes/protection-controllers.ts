import { isNotFound } from "../../../kube/api-error.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type ResourceInfo, resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { isPodFinished } from "../pods/pod-state.ts";

/** Keeps claims that pods use until the last such pod is gone. */
export const pvcProtectionController: Controller = {
  name: "persistentvolumeclaim-protection-controller",
  alias: "pvc-protection",
  account: "pvc-protection-controller",
  start(context) {
    const claims = context.informers.of<PersistentVolumeClaim>(resources.persistentvolumeclaims);
    const pods = context.informers.of<Pod>(resources.pods);
    pods.store.addIndex("claim", claimKeysOf);
    const isUsed = (key: string) => pods.store.byIndex("claim", key).some((pod) => !isPodFinished(pod));
    const worker = new KeyedWorker(context, (key) =>
      settle(context, claims.store.get(key), {
        resource: resources.persistentvolumeclaims,
        finalizer: "kubernetes.io/pvc-protection",
        isUsed: isUsed(key),
      }),
    );
    return () => {
      claims.addHandler({ added: (one) => worker.add(keyOf(one)), updated: (_, one) => worker.add(keyOf(one)) });
      const podEnded = (pod: Pod) => {
        for (const key of claimKeysOf(pod)) worker.add(key);
      };
      pods.addHandler({
        deleted: podEnded,
        updated: (old, pod) => (isPodFinished(pod) && !isPodFinished(old) ? podEnded(pod) : undefined),
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
    const worker = new KeyedWorker(context, async (key) => {
      const volume = volumes.store.get(key);
      const isUsed = volume?.status?.phase === "Bound";
      await settle(context, volume, {
        resource: resources.persistentvolumes,
        finalizer: "kubernetes.io/pv-protection",
        isUsed,
      });
    });
    return () => {
      volumes.addHandler({ added: (one) => worker.add(keyOf(one)), updated: (_, one) => worker.add(keyOf(one)) });
      worker.run();
    };
  },
};

type Protection = { readonly resource: ResourceInfo; readonly finalizer: string; readonly isUsed: boolean };

/** Every object has the finalizer; one that is being deleted loses it as soon as nobody uses it. */
async function settle<T extends KubeObject>(
  { client }: ControllerContext,
  object: T | undefined,
  { resource, finalizer, isUsed }: Protection,
): Promise<void> {
  if (!object) return;
  const { finalizers = [], deletionTimestamp } = object.metadata;
  const has = finalizers.includes(finalizer);
  if (deletionTimestamp ? !has || isUsed : has) return;
  const next = deletionTimestamp ? finalizers.filter((one) => one !== finalizer) : [...finalizers, finalizer];
  try {
    await client.update(resource, { ...object, metadata: { ...object.metadata, finalizers: next } });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

function claimKeysOf({ spec, metadata }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
    return claim === undefined ? [] : [`${metadata.namespace}/${claim}`];
  });
}
