import type { Pod } from "../../api/pod.ts";
import { isStaticPod } from "../../api/pod.ts";
import { isCriticalPod } from "../../cgroups/oom-score.ts";

export type ShutdownGroup = { readonly pods: readonly Pod[]; readonly graceSeconds: number };

/** Pods in the order of their end: others first, then the critical ones, each group with its share of the time (KEP-2000). */
export function shutdownOrder(
  pods: readonly Pod[],
  { totalMs, criticalMs }: { readonly totalMs: number; readonly criticalMs: number },
): readonly ShutdownGroup[] {
  const isCritical = (pod: Pod) => isCriticalPod(pod, isStaticPod(pod));
  return [
    { pods: pods.filter((pod) => !isCritical(pod)), graceSeconds: Math.floor((totalMs - criticalMs) / 1000) },
    { pods: pods.filter(isCritical), graceSeconds: Math.floor(criticalMs / 1000) },
  ];
}

/** What a pod gets to end: its own grace period, but no more than its group's. */
export function shutdownGrace(pod: Pod, groupSeconds: number): number {
  return Math.min(pod.spec.terminationGracePeriodSeconds ?? groupSeconds, groupSeconds);
}
