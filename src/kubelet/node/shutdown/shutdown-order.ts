import type { Pod } from "../../api/pod.ts";
import { isStaticPod } from "../../api/pod.ts";
import { systemCriticalPriority } from "../../cgroups/oom-score.ts";
import type { KubeletConfiguration } from "../../config/kubelet-configuration.ts";

/** How long pods from this priority on, up to the next period's, get to end. */
export type ShutdownPeriod = { readonly priority: number; readonly seconds: number };
export type ShutdownGroup = { readonly pods: readonly Pod[]; readonly graceSeconds: number };

/** The periods that are configured, lowest priority first; none where no time is set aside (migrateConfig). */
export function shutdownPeriods({
  shutdownGracePeriodMs: totalMs,
  shutdownGracePeriodCriticalPodsMs: criticalMs,
  shutdownGracePeriodByPodPriority: byPriority,
}: Pick<
  KubeletConfiguration,
  "shutdownGracePeriodMs" | "shutdownGracePeriodCriticalPodsMs" | "shutdownGracePeriodByPodPriority"
>): readonly ShutdownPeriod[] {
  if (byPriority.length > 0)
    return byPriority
      .map(({ priority, shutdownGracePeriodSeconds: seconds }) => ({ priority, seconds }))
      .sort((a, b) => a.priority - b.priority);
  if (totalMs === 0) return [];
  return [
    { priority: 0, seconds: Math.floor((totalMs - criticalMs) / 1000) },
    { priority: systemCriticalPriority, seconds: Math.floor(criticalMs / 1000) },
  ];
}

/** Pods in the order of their end, lowest priority first, each with its period; below all periods the first one's (KEP-2712). */
export function shutdownOrder(pods: readonly Pod[], periods: readonly ShutdownPeriod[]): readonly ShutdownGroup[] {
  const periodOf = (pod: Pod) =>
    Math.max(
      0,
      periods.findLastIndex(({ priority }) => priority <= priorityOf(pod)),
    );
  return periods.map(({ seconds }, index) => ({
    pods: pods.filter((pod) => periodOf(pod) === index),
    graceSeconds: seconds,
  }));
}

function priorityOf(pod: Pod): number {
  const priority = pod.spec.priority ?? 0;
  return isStaticPod(pod) ? Math.max(priority, systemCriticalPriority) : priority;
}

/** What a pod gets to end: its own grace period, but no more than its group's. */
export function shutdownGrace(pod: Pod, groupSeconds: number): number {
  return Math.min(pod.spec.terminationGracePeriodSeconds ?? groupSeconds, groupSeconds);
}
