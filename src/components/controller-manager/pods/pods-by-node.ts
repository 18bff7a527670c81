import type { Informer } from "../../../kube/informer/informer.ts";
import type { Informers } from "../../../kube/informer/informers.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";

/** The pods, found also by the node that they are bound to (index "node", "" for none). */
export function podsByNode(informers: Informers): Informer<Pod> {
  const pods = informers.of<Pod>(resources.pods);
  pods.store.addIndex("node", ({ spec }) => [spec.nodeName ?? ""]);
  return pods;
}
