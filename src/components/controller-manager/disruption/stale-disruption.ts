import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { conditionOf, withCondition } from "../../../kube/conditions.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { isPodActive } from "../pods/pod-state.ts";

const type = "DisruptionTarget";
/** Who said that a pod would go has that long to delete it. */
const staleAfterMs = 2 * 60_000;

/**
 * When a pod's DisruptionTarget condition is no longer to be believed, milliseconds since 1970. Undefined where none
 * will: the kubelet may take as long as it needs (kubernetes/pkg/controller/disruption).
 */
export function staleAtMs(pod: Pod): number | undefined {
  const condition = conditionOf(pod.status?.conditions, type);
  if (condition?.status !== "True" || condition.reason === "TerminationByKubelet" || !isPodActive(pod))
    return undefined;
  return Date.parse(condition.lastTransitionTime ?? "1970-01-01T00:00:00Z") + staleAfterMs;
}

/** Takes the condition back. */
export async function withdrawDisruption(client: KubeClient, pod: Pod, nowMs: number): Promise<void> {
  const { name = "", namespace, uid, resourceVersion } = pod.metadata;
  const withdrawn = { type, status: "False", lastTransitionTime: rfc3339(nowMs) };
  const conditions = withCondition(pod.status?.conditions, withdrawn);
  const patch = { type: "merge", body: { metadata: { uid, resourceVersion }, status: { conditions } } } as const;
  try {
    await client.patch(resources.pods, { name, namespace }, patch, { subresource: "status" });
  } catch (thrown) {
    // it goes after all, or its next event tells more
    if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
  }
}
