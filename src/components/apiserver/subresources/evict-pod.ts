import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { loopback } from "../authn/user.ts";
import { ApiError, tooManyRequests } from "../http/api-error.ts";
import type { RegistryContext } from "../registry/context.ts";
import { readValue } from "../registry/decode.ts";
import { type DeleteOptions, deleteObject } from "../registry/delete.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { namespaceOf, type Target } from "../registry/target.ts";
import { updateObject } from "../registry/update.ts";
import { writeOf } from "../registry/write.ts";
import { compileLabelSelector } from "../selection/label-selector.ts";

type Eviction = { readonly deleteOptions?: DeleteOptions };
type BudgetStatus = {
  readonly observedGeneration?: number;
  readonly disruptionsAllowed?: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly desiredHealthy?: number;
  readonly currentHealthy?: number;
};
type PodStatus = { readonly phase?: string; readonly conditions?: readonly { type: string; status: string }[] };

/** pods/eviction: deletes a pod if its disruption budget has room; 429 while it has none. */
export const evictPod: SpecialHandler = async (context, target) => {
  const { deleteOptions = {} } = ((await readValue(target.exchange.request)) ?? {}) as Eviction;
  const namespace = namespaceOf(target);
  const pod = await context.store.fresh(target.type, namespace, target.info.name);
  const dryRun = writeOf(target).dryRun || (deleteOptions.dryRun ?? []).includes("All");
  if (pod && needsBudget(pod.object)) await spend(context, target, { pod: pod.object, dryRun });
  await deleteObject(context, target.type, { ...writeOf(target), dryRun, options: deleteOptions });
  return {
    kind: "object",
    status: 201,
    object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
  };
};

/** Pods that have not begun, or have ended, or are on their way, serve nobody. */
function needsBudget({ metadata, status }: KubeObject): boolean {
  const { phase } = (status ?? {}) as PodStatus;
  return !metadata.deletionTimestamp && !["Pending", "Succeeded", "Failed"].includes(phase ?? "");
}

type Spending = { readonly pod: KubeObject; readonly dryRun: boolean };

async function spend(context: RegistryContext, target: Target, { pod, dryRun }: Spending): Promise<void> {
  const namespace = namespaceOf(target);
  const type = context.catalog.find("policy", "v1", "poddisruptionbudgets");
  if (!type) return;
  const cache = await context.store.cache(type);
  const budgets = [...cache.entries.values()]
    .filter((entry) => entry.namespace === namespace)
    .map((entry) => JSON.parse(entry.body.toString()) as KubeObject)
    .filter(({ spec }) => compileLabelSelector((spec as { selector?: unknown }).selector)(pod.metadata.labels));
  if (budgets.length > 1) {
    throw new ApiError(
      500,
      "InternalError",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  const [budget] = budgets;
  if (!budget || isUncounted(pod, budget)) return;
  const change = (current: KubeObject) => charged(current, pod, context.now());
  await updateObject(context, type, {
    ...writeOf(target),
    user: loopback,
    dryRun,
    name: budget.metadata.name ?? "",
    subresource: "status",
    change,
  });
}

/** An unhealthy pod may go while the healthy ones suffice, or always where the budget says so. */
function isUncounted(pod: KubeObject, { spec, status }: KubeObject): boolean {
  const isReady = ((pod.status ?? {}) as PodStatus).conditions?.some(
    (one) => one.type === "Ready" && one.status === "True",
  );
  if (isReady) return false;
  const { unhealthyPodEvictionPolicy } = spec as { unhealthyPodEvictionPolicy?: string };
  const { currentHealthy = 0, desiredHealthy = 0 } = (status ?? {}) as BudgetStatus;
  return unhealthyPodEvictionPolicy === "AlwaysAllow" || (desiredHealthy > 0 && currentHealthy >= desiredHealthy);
}

function charged(budget: KubeObject, pod: KubeObject, now: Date): KubeObject {
  const status = (budget.status ?? {}) as BudgetStatus;
  const name = budget.metadata.name ?? "";
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
    throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
      retryAfterSeconds: 10,
      causes: [
        {
          reason: "DisruptionBudget",
          message: `The disruption budget ${name} is still being processed by the server.`,
        },
      ],
    });
  }
  const allowed = status.disruptionsAllowed ?? 0;
  if (allowed <= 0) {
    const message = `The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`;
    throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [{ reason: "DisruptionBudget", message }],
    });
  }
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? ""]: `${now.toISOString().slice(0, 19)}Z` };
  const next = { ...status, disruptionsAllowed: allowed - 1, disruptedPods };
  return isDeepStrictEqual(next, status) ? budget : { ...budget, status: next };
}
