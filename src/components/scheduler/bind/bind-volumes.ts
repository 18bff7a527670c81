import { until } from "../../../base/until.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { type Binding, bindingsOn, waitingClaims } from "../plugins/volume-binding.ts";
import type { Volumes } from "../state/snapshot.ts";

/** How long provisioning may take (VolumeBindingArgs.bindTimeoutSeconds). */
const bindWithinMs = 600_000;

/** Reserves volumes for claims that waited for their first consumer, or asks for new ones there, and waits until they are bound. */
export async function bindVolumes(
  client: KubeClient,
  pod: Pod,
  { node, volumes, signal }: { node: Node; volumes: Volumes; signal: AbortSignal },
): Promise<void> {
  const waiting = waitingClaims(pod, volumes);
  if (waiting.length === 0) return;
  const bindings = bindingsOn(node, waiting, volumes);
  if (!bindings) throw new Error("the volumes that the pod was to get were taken meanwhile");
  for (const binding of bindings) await ask(client, binding, node);
  const isBound = () =>
    waiting.every((claim) => volumes.claim(keyOf(claim))?.metadata.annotations?.["pv.kubernetes.io/bind-completed"]);
  await until(isBound, { for: `the volumes of pod ${keyOf(pod)}`, withinMs: bindWithinMs, everyMs: 200, signal });
}

async function ask(client: KubeClient, { claim, volume }: Binding, node: Node): Promise<void> {
  const { name = "", namespace = "", uid = "", resourceVersion = "" } = claim.metadata;
  if (volume === "provision") {
    const annotations = { "volume.kubernetes.io/selected-node": node.metadata.name };
    const body = { metadata: { resourceVersion, annotations } };
    await client.patch(resources.persistentvolumeclaims, { name, namespace }, { type: "merge", body });
    return;
  }
  const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid, resourceVersion };
  const annotations = { ...volume.metadata.annotations, "pv.kubernetes.io/bound-by-controller": "yes" };
  await client.update(resources.persistentvolumes, {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef },
  });
}
