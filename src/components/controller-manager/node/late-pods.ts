import { conditionOf } from "../../../kube/conditions.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { markPodsNotReady } from "./mark-pods-not-ready.ts";

/**
 * Pods that come into sight when their node is silent already: bound to it late, or its marking was cut short by a
 * change of the leader. They are marked as not ready one by one (upstream's processPod).
 */
export function watchLatePods(context: ControllerContext, nodes: Informer<Node>, pods: Informer<Pod>): void {
  const worker = new KeyedWorker(context, "node_lifecycle_controller_pods", async (key) => {
    const pod = pods.store.get(key);
    const ready = conditionOf(nodes.store.get(pod?.spec.nodeName ?? "")?.status?.conditions, "Ready");
    if (pod && ready && ready.status !== "True") await markPodsNotReady(context, [pod]);
  });
  pods.addHandler({
    added: (pod) => {
      if (pod.spec.nodeName) worker.add(keyOf(pod));
    },
    updated: (old, pod) => {
      if (old.spec.nodeName !== pod.spec.nodeName) worker.add(keyOf(pod));
    },
  });
  worker.run();
}
