import { isAlreadyExists } from "../../../kube/api-error.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import { controllerReference } from "../../../kube/owner.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { isPodFinished } from "../pods/pod-state.ts";

/** Makes the claims of pods' generic ephemeral volumes; each goes with its pod. */
export const ephemeralVolumeController: Controller = {
  name: "ephemeral-volume-controller",
  alias: "ephemeral-volume",
  account: "ephemeral-volume-controller",
  start(context) {
    const pods = context.informers.of<Pod>(resources.pods);
    const claims = context.informers.of<PersistentVolumeClaim>(resources.persistentvolumeclaims);
    const worker = new KeyedWorker(context, "ephemeral_volume", async (key) => {
      const pod = pods.store.get(key);
      if (!pod || pod.metadata.deletionTimestamp || isPodFinished(pod)) return;
      for (const claim of ephemeralClaims(pod)) {
        if (claims.store.get(keyOf(claim))) continue;
        try {
          await context.client.create(resources.persistentvolumeclaims, claim);
        } catch (thrown) {
          if (!isAlreadyExists(thrown)) throw thrown;
        }
      }
    });
    const seen = (pod: Pod) => {
      if (pod.spec.volumes?.some(({ ephemeral }) => ephemeral)) worker.add(keyOf(pod));
    };
    return () => {
      pods.addHandler({ added: seen });
      claims.addHandler({ deleted: ({ metadata }) => pods.store.list(metadata.namespace).forEach(seen) });
      worker.run();
    };
  },
};

/** The claims of a pod's ephemeral volumes, which the pod owns. */
function ephemeralClaims(pod: Pod): PersistentVolumeClaim[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, ephemeral }) => {
    if (!ephemeral) return [];
    const { metadata = {}, spec } = ephemeral.volumeClaimTemplate;
    const { labels, annotations } = metadata;
    return [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name: `${pod.metadata.name}-${name}`,
          namespace: pod.metadata.namespace ?? "",
          ...(labels ? { labels } : {}),
          ...(annotations ? { annotations } : {}),
          ownerReferences: [controllerReference(pod)],
        },
        spec,
      },
    ];
  });
}
