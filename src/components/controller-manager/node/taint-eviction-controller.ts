import { isDeepStrictEqual } from "node:util";
import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import { withCondition } from "../../../kube/conditions.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { podsByNode } from "../pods/pods-by-node.ts";
import { evictionOf } from "./taint-eviction.ts";

/** Deletes pods from nodes whose NoExecute taints they don't tolerate, or no longer do. */
export const taintEvictionController: Controller = {
  name: "taint-eviction-controller",
  alias: "taint-eviction-controller",
  account: "node-controller",
  start(context) {
    const nodes = context.informers.of<Node>(resources.nodes);
    const pods = podsByNode(context.informers);
    const worker: KeyedWorker = new KeyedWorker(context, "noexec_taint_pod", async (key) => {
      const pod = pods.store.get(key);
      const taints = nodes.store.get(pod?.spec.nodeName ?? "")?.spec?.taints;
      if (!pod || !taints || pod.metadata.deletionTimestamp) return;
      const eviction = evictionOf(taints, pod.spec.tolerations, context.now());
      if (eviction.kind === "at") worker.addAfter(key, eviction.timeMs - context.now() + 1);
      if (eviction.kind === "now") await evict(context, pod);
    });
    const checkPodsOf = (node: Node) => {
      for (const pod of pods.store.byIndex("node", node.metadata.name ?? "")) worker.add(keyOf(pod));
    };
    return () => {
      nodes.addHandler({
        added: checkPodsOf,
        updated: (old, node) => {
          if (!isDeepStrictEqual(old.spec?.taints, node.spec?.taints)) checkPodsOf(node);
        },
      });
      pods.addHandler({
        added: (pod) => worker.add(keyOf(pod)),
        updated: (old, pod) => {
          if (old.spec.nodeName !== pod.spec.nodeName) worker.add(keyOf(pod));
        },
      });
      worker.run();
    };
  },
};

async function evict({ client, recorder, now }: ControllerContext, pod: Pod): Promise<void> {
  const { name = "", namespace, uid } = pod.metadata;
  const key = { name, namespace };
  recorder.event(pod, {
    type: "Normal",
    reason: "TaintManagerEviction",
    message: `Marking for deletion Pod ${keyOf(pod)}`,
  });
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
    lastTransitionTime: rfc3339(now()),
  };
  const conditions = withCondition(pod.status?.conditions, condition);
  try {
    const body = { metadata: { uid }, status: { conditions } };
    await client.patch(resources.pods, key, { type: "merge", body }, { subresource: "status" });
    await client.delete(resources.pods, key, uid ? { preconditions: { uid } } : {});
  } catch (thrown) {
    if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
  }
}
