import { isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { conditionOf, withCondition } from "../../../kube/conditions.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";

export type FailureFacts = {
  readonly message: string;
  readonly reason: string;
  /** The node that is being cleared for it; "" when none is any more, undefined when that did not change. */
  readonly nominated: string | undefined;
  readonly nowMs: number;
};

/** Says in the pod's PodScheduled condition why it has no node, and which node is being cleared for it. */
export async function reportFailure(
  client: KubeClient,
  pod: Pod,
  { message, reason, nominated, nowMs }: FailureFacts,
): Promise<void> {
  const old = conditionOf(pod.status?.conditions, "PodScheduled");
  const isTold = old?.status === "False" && old.reason === reason && old.message === message;
  const nominatedBefore = pod.status?.nominatedNodeName ?? "";
  const nominatedNodeName = nominated ?? nominatedBefore;
  if (isTold && nominatedNodeName === nominatedBefore) return;
  const condition = { type: "PodScheduled", status: "False", reason, message, lastTransitionTime: rfc3339(nowMs) };
  const conditions = withCondition(pod.status?.conditions, condition);
  const { name = "", namespace, uid } = pod.metadata;
  const body = {
    metadata: { uid },
    status: {
      conditions,
      ...(nominatedNodeName === nominatedBefore ? {} : { nominatedNodeName: nominatedNodeName || null }),
    },
  };
  try {
    await client.patch(resources.pods, { name, namespace }, { type: "merge", body }, { subresource: "status" });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
