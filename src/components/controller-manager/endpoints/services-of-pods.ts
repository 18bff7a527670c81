import { isDeepStrictEqual } from "node:util";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import { selectsLabels } from "../../../kube/label-selector.ts";
import { isPodFinished, isPodReady } from "../pods/pod-state.ts";

/** Puts the services of a pod into a queue whenever something changed that endpoints show. */
export function watchPodsOfServices(
  pods: Informer<Pod>,
  services: Informer<Service>,
  enqueue: (serviceKey: string) => void,
): void {
  const servicesOf = ({ metadata }: Pod) => {
    for (const service of services.store.list(metadata.namespace)) {
      const { selector } = service.spec;
      if (selector && selectsLabels(selector, metadata.labels)) enqueue(keyOf(service));
    }
  };
  pods.addHandler({
    added: servicesOf,
    deleted: servicesOf,
    updated: (old, pod) => {
      const moved = !isDeepStrictEqual(old.metadata.labels, pod.metadata.labels);
      if (moved) servicesOf(old);
      if (moved || !isDeepStrictEqual(shown(old), shown(pod))) servicesOf(pod);
    },
  });
}

function shown(pod: Pod) {
  const { spec, status, metadata } = pod;
  const addresses = status?.podIPs ?? status?.podIP;
  return [isPodReady(pod), isPodFinished(pod), addresses, spec.nodeName, spec.hostname, metadata.deletionTimestamp];
}
