import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import { withCondition } from "../../../kube/conditions.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import type { Controller, ControllerContext } from "../framework/controller.ts";
import { every } from "../framework/every.ts";
import { isPodFinished } from "../pods/pod-state.ts";
import { type Garbage, podGarbage } from "./pod-garbage.ts";

const periodMs = 20_000;
/** A node must be missing for so long, so that one that is just made anew keeps its pods. */
const quarantineMs = 40_000;

/** Deletes pods that nobody else will. */
export const podGcController: Controller = {
  name: "pod-garbage-collector-controller",
  alias: "podgc",
  account: "pod-garbage-collector",
  start(context) {
    const pods = context.informers.of<Pod>(resources.pods);
    const nodes = context.informers.of<Node>(resources.nodes);
    const missingSinceMs = new Map<string, number>();
    const isNodeGone = (name: string) => {
      if (nodes.store.get(name)) {
        missingSinceMs.delete(name);
        return false;
      }
      const since = missingSinceMs.get(name) ?? context.now();
      missingSinceMs.set(name, since);
      return context.now() - since >= quarantineMs;
    };
    const threshold = context.options["terminated-pod-gc-threshold"];
    return () =>
      every(context, periodMs, async () => {
        for (const garbage of podGarbage(pods.store.list(), { isNodeGone, threshold })) await collect(context, garbage);
      });
  },
};

async function collect({ client, now }: ControllerContext, { pod, why }: Garbage): Promise<void> {
  const { name = "", namespace, uid } = pod.metadata;
  const key = { name, namespace };
  try {
    if (why === "orphaned" && !isPodFinished(pod)) await markFailed(client, pod, now());
    await client.delete(resources.pods, key, { gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) });
  } catch (thrown) {
    if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
  }
}

/** Whoever waits for the pod learns that it will never say anything again. */
async function markFailed(
  client: ControllerContext["client"],
  { metadata, status }: Pod,
  nowMs: number,
): Promise<void> {
  const { name = "", namespace, uid } = metadata;
  const conditions = withCondition(status?.conditions, {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByPodGC",
    message: "PodGC: node no longer exists",
    lastTransitionTime: rfc3339(nowMs),
  });
  const body = { metadata: { uid }, status: { phase: "Failed", conditions } };
  await client.patch(resources.pods, { name, namespace }, { type: "merge", body }, { subresource: "status" });
}
