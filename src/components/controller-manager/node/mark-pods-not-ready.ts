import { isNotFound } from "../../../kube/api-error.ts";
import { conditionOf, withCondition } from "../../../kube/conditions.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import type { ControllerContext } from "../framework/controller.ts";

/** Services must not send to pods of a node that nobody hears of. Rejects where one could not be marked, after trying all. */
export async function markPodsNotReady(
  { client, recorder, now }: ControllerContext,
  pods: readonly Pod[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const pod of pods) {
    const ready = conditionOf(pod.status?.conditions, "Ready");
    if (!ready || ready.status === "False") continue;
    const lastTransitionTime = rfc3339(now());
    const conditions = withCondition(pod.status?.conditions, { ...ready, status: "False", lastTransitionTime });
    const { name = "", namespace, uid } = pod.metadata;
    const patch = { type: "merge", body: { metadata: { uid }, status: { conditions } } } as const;
    try {
      await client.patch(resources.pods, { name, namespace }, patch, { subresource: "status" });
      recorder.event(pod, { type: "Warning", reason: "NodeNotReady", message: "Node is not ready" });
    } catch (thrown) {
      if (!isNotFound(thrown)) failures.push(thrown);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "could not mark every pod of the node as not ready");
}
