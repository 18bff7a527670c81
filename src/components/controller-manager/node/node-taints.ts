import type { Node, NodeCondition, Taint } from "../../../kube/kinds/node.ts";

const conditionTaints: readonly { condition: string; status: string; key: string }[] = [
  { condition: "Ready", status: "False", key: "node.kubernetes.io/not-ready" },
  { condition: "Ready", status: "Unknown", key: "node.kubernetes.io/unreachable" },
  { condition: "MemoryPressure", status: "True", key: "node.kubernetes.io/memory-pressure" },
  { condition: "DiskPressure", status: "True", key: "node.kubernetes.io/disk-pressure" },
  { condition: "NetworkUnavailable", status: "True", key: "node.kubernetes.io/network-unavailable" },
  { condition: "PIDPressure", status: "True", key: "node.kubernetes.io/pid-pressure" },
];
const unschedulable = "node.kubernetes.io/unschedulable";
const ownKeys = [...conditionTaints.map(({ key }) => key), unschedulable];
const readinessKeys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** The NoSchedule taints that a node's conditions and cordon ask for; foreign taints stay as they are. */
export function withConditionTaints({ spec, status }: Node, now: string): Taint[] {
  const wanted = conditionTaints
    .filter(({ condition, status: value }) => statusOf(status?.conditions, condition) === value)
    .map(({ key }) => key);
  if (spec?.unschedulable) wanted.push(unschedulable);
  return replaced(spec?.taints ?? [], { keys: ownKeys, effect: "NoSchedule", wanted, now });
}

/** The NoExecute taint of a node that is not ready, from which its pods are evicted. */
export function withEvictionTaint(taints: readonly Taint[], { status }: Node, now: string): Taint[] {
  const ready = statusOf(status?.conditions, "Ready");
  const wanted = conditionTaints
    .filter((one) => one.condition === "Ready" && one.status === ready)
    .map(({ key }) => key);
  return replaced(taints, { keys: readinessKeys, effect: "NoExecute", wanted, now });
}

/** The taints without those that evict from nodes that are not ready. */
export function withoutEvictionTaint(taints: readonly Taint[]): Taint[] {
  return replaced(taints, { keys: readinessKeys, effect: "NoExecute", wanted: [], now: "" });
}

export function hasEvictionTaint(taints: readonly Taint[]): boolean {
  return taints.some(({ key, effect }) => effect === "NoExecute" && readinessKeys.includes(key));
}

type Replacement = { keys: readonly string[]; effect: string; wanted: readonly string[]; now: string };

function replaced(taints: readonly Taint[], { keys, effect, wanted, now }: Replacement): Taint[] {
  const kept = taints.filter(
    (taint) => taint.effect !== effect || !keys.includes(taint.key) || wanted.includes(taint.key),
  );
  const missing = wanted.filter((key) => !kept.some((taint) => taint.key === key && taint.effect === effect));
  return [...kept, ...missing.map((key) => ({ key, effect, timeAdded: now }))];
}

function statusOf(conditions: readonly NodeCondition[] | undefined, type: string): string | undefined {
  return conditions?.find((one) => one.type === type)?.status;
}
