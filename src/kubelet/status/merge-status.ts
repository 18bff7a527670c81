import { rfc3339 } from "../../kube/rfc3339.ts";
import type { PodCondition, PodStatus } from "../api/pod-status.ts";

/** The new status with times that only change when their condition does, and the start time that once was set. */
export function mergeStatus(previous: PodStatus | undefined, next: PodStatus, nowMs: number): PodStatus {
  const now = rfc3339(nowMs);
  return {
    ...next,
    startTime: previous?.startTime ?? next.startTime ?? now,
    conditions: (next.conditions ?? []).map((condition) => withTransition(condition, previous?.conditions, now)),
  };
}

function withTransition(condition: PodCondition, previous: readonly PodCondition[] = [], now: string): PodCondition {
  const before = previous.find(({ type }) => type === condition.type);
  const unchanged = before?.status === condition.status;
  return { ...condition, lastTransitionTime: (unchanged ? before.lastTransitionTime : undefined) ?? now };
}

/** Whether two statuses say the same; key order and absent fields don't count. */
export function sameStatus(a: PodStatus | undefined, b: PodStatus): boolean {
  return a !== undefined && canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
