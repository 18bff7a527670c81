import type { KubeClient } from "../../kube/client.ts";
import { Informers } from "../../kube/informer/informers.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import { leanService, leanSlice } from "./zone/lean-objects.ts";
import { LiveServiceIndex, type ServiceIndex, type ServiceObject, type SliceObject } from "./zone/service-index.ts";

/** The index of a cluster's services, followed through its API; while the API is away it stays as it was last known. */
export type ClusterIndex = {
  /** Undefined until everything was listed once. */
  readonly current: () => ServiceIndex | undefined;
};

/** Follows the cluster until the signal aborts. */
export function followCluster(
  client: KubeClient,
  { signal, onError }: { signal: AbortSignal; onError: (thrown: unknown) => void },
): ClusterIndex {
  const informers = new Informers(client, { onError });
  const index = new LiveServiceIndex();
  const services = informers.of<ServiceObject & KubeObject>(resources.services, { transform: leanService });
  const slices = informers.of<SliceObject & KubeObject>(resources.endpointslices, { transform: leanSlice });
  const namespaces = informers.of(resources.namespaces);
  services.addHandler({
    added: (service) => index.setService(service),
    updated: (_, service) => index.setService(service),
    deleted: (service) => index.deleteService(service),
  });
  slices.addHandler({
    added: (slice) => index.setSlice(slice),
    updated: (old, slice) => {
      index.deleteSlice(old); // its label may name another service now
      index.setSlice(slice);
    },
    deleted: (slice) => index.deleteSlice(slice),
  });
  namespaces.addHandler({
    added: (namespace) => index.setNamespace(namespace),
    deleted: (namespace) => index.deleteNamespace(namespace),
  });
  let isComplete = false;
  informers.start(signal).then(
    () => {
      isComplete = true;
    },
    () => {}, // aborted: nobody asks any more
  );
  return { current: () => (isComplete ? index : undefined) };
}
