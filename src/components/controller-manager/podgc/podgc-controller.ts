import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import { withCondition } from "../../../kube/conditions.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import type { Controller, ControllerContext } from "../framework/controller.ts";
import { every } from "../framework/every.ts";
import { isReady } from "../node/zone-state.ts";
import { isPodFinished } from "../pods/pod-state.ts";
import { MissingNodes } from "./missing-nodes.ts";
import { type Garbage, podGarbage } from "./pod-garbage.ts";

const periodMs = 20_000;
const outOfService = "node.kubernetes.io/out-of-service";

/** Deletes pods that nobody else will. */
export const podGcController: Controller = {
  name: "pod-garbage-collector-controller",
  alias: "podgc",
  account: "pod-garbage-collector",
  start(context) {
    const pods = context.informers.of<Pod>(resources.pods);
    const nodes = context.informers.of<Node>(resources.nodes);
    const threshold = context.options["terminated-pod-gc-threshold"];
    const missing = new MissingNodes(context, nodes.store);
    const isOutOfService = (name: string) => {
      const node = nodes.store.get(name);
      return node !== undefined && !isReady(node) && (node.spec?.taints ?? []).some(({ key }) => key === outOfService);
    };
    return () =>
      every(context, periodMs, async () => {
        const all = pods.store.list();
        const gone = await missing.goneAmong(all.map(({ spec }) => spec.nodeName ?? ""));
        const view = { isGone: (name: string) => gone.has(name), isOutOfService, threshold };
        for (const garbage of podGarbage(all, view)) await collect(context, garbage);
      });
  },
};

async function collect({ client, now }: ControllerContext, { pod, why }: Garbage): Promise<void> {
  const { name = "", namespace, uid } = pod.metadata;
  const key = { name, namespace };
  try {
    if (!isPodFinished(pod)) await markFailed(client, pod, { why, nowMs: now() });
    await client.delete(resources.pods, key, { gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) });
  } catch (thrown) {
    if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
  }
}

/** Whoever waits for the pod learns that it will never say anything again. */
async function markFailed(
  client: ControllerContext["client"],
  { metadata, status }: Pod,
  { why, nowMs }: { why: Garbage["why"]; nowMs: number },
): Promise<void> {
  const { name = "", namespace, uid } = metadata;
  const disrupted = withCondition(status?.conditions, {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByPodGC",
    message: "PodGC: node no longer exists",
    lastTransitionTime: rfc3339(nowMs),
  });
  const conditions = why === "orphaned" ? { conditions: disrupted } : {};
  const body = { metadata: { uid }, status: { phase: "Failed", ...conditions } };
  await client.patch(resources.pods, { name, namespace }, { type: "merge", body }, { subresource: "status" });
}
