import { scaledValue } from "../../../kube/int-or-percent.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { DaemonSet } from "../../../kube/kinds/workloads.ts";
import { isPodAvailable } from "../pods/pod-state.ts";

export type DaemonNode = {
  readonly name: string;
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
  readonly pods: readonly Pod[];
};
export type DaemonPlan = { readonly create: readonly string[]; readonly remove: readonly Pod[] };
export type RolloutView = { readonly hash: string; readonly nowMs: number };

const hashOf = ({ metadata }: Pod): string | undefined => metadata.labels?.["controller-revision-hash"];

/** Daemons that are missing, surplus, or have failed and must be made anew. */
export function membershipPlan(
  nodes: readonly DaemonNode[],
  { surge, hash }: { surge: boolean; hash: string },
): DaemonPlan {
  const create: string[] = [];
  const remove: Pod[] = [];
  for (const node of nodes) {
    const live = node.pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (!node.shouldRun) {
      if (!node.mayStay) remove.push(...live);
      else remove.push(...live.filter(hasFailed));
      continue;
    }
    const failed = live.filter(hasFailed);
    remove.push(...failed);
    const good = live.filter((pod) => !hasFailed(pod));
    if (node.pods.length === 0) create.push(node.name);
    else if (!surge) remove.push(...oldestFirst(good).slice(1));
    else remove.push(...oneOldOneNew(good, hash));
  }
  return { create, remove };
}

/** The next step of a rolling update: old daemons go while few enough are unavailable; with surge, new ones come first. */
export function rolloutPlan(set: DaemonSet, nodes: readonly DaemonNode[], view: RolloutView): DaemonPlan {
  if ((set.spec.updateStrategy?.type ?? "RollingUpdate") !== "RollingUpdate") return { create: [], remove: [] };
  const { maxSurge, maxUnavailable } = limits(set, nodes.filter(({ shouldRun }) => shouldRun).length);
  return maxSurge > 0
    ? surgePlan(set, nodes, { ...view, maxSurge })
    : replacePlan(set, nodes, { ...view, maxUnavailable });
}

export function limits({ spec }: DaemonSet, desired: number): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge = 0, maxUnavailable = 1 } = spec.updateStrategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge, desired, "up");
  const unavailable = scaledValue(maxUnavailable, desired, "up");
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function replacePlan(
  set: DaemonSet,
  nodes: readonly DaemonNode[],
  { maxUnavailable, ...view }: RolloutView & { maxUnavailable: number },
): DaemonPlan {
  const broken: Pod[] = [];
  const healthy: Pod[] = [];
  let unavailable = 0;
  for (const { shouldRun, pods } of nodes) {
    if (!shouldRun) continue;
    const { old, current } = split(pods, view.hash);
    if (current && isAvailable(set, current, view)) continue;
    if (!old) unavailable++;
    else if (!isAvailable(set, old, view)) {
      unavailable++;
      broken.push(old);
    } else if (!current) healthy.push(old);
  }
  return { create: [], remove: [...broken, ...healthy.slice(0, Math.max(0, maxUnavailable - unavailable))] };
}

function surgePlan(
  set: DaemonSet,
  nodes: readonly DaemonNode[],
  { maxSurge, ...view }: RolloutView & { maxSurge: number },
): DaemonPlan {
  const remove: Pod[] = [];
  const candidates: string[] = [];
  const urgent: string[] = [];
  let surging = 0;
  for (const { name, shouldRun, pods } of nodes) {
    if (!shouldRun) continue;
    const { old, current } = split(pods, view.hash);
    if (!old) continue;
    if (current && isAvailable(set, current, view)) remove.push(old);
    else if (current) surging++;
    else if (isAvailable(set, old, view)) candidates.push(name);
    else urgent.push(name);
  }
  // an old daemon that serves nobody is replaced without counting as surge
  return { create: [...urgent, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove };
}

function split(pods: readonly Pod[], hash: string): { old: Pod | undefined; current: Pod | undefined } {
  const live = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  return { old: live.find((pod) => hashOf(pod) !== hash), current: live.find((pod) => hashOf(pod) === hash) };
}

function oneOldOneNew(pods: readonly Pod[], hash: string): Pod[] {
  const [old, current] = [pods.filter((pod) => hashOf(pod) !== hash), pods.filter((pod) => hashOf(pod) === hash)];
  return [...oldestFirst(old).slice(1), ...oldestFirst(current).slice(1)];
}

function oldestFirst(pods: readonly Pod[]): Pod[] {
  const key = ({ metadata, spec }: Pod) => `${spec.nodeName ? 0 : 1} ${metadata.creationTimestamp} ${metadata.name}`;
  return pods.toSorted((one, other) => key(one).localeCompare(key(other)));
}

function hasFailed({ status }: Pod): boolean {
  return status?.phase === "Failed" || status?.phase === "Succeeded";
}

function isAvailable({ spec }: DaemonSet, pod: Pod, { nowMs }: RolloutView): boolean {
  return isPodAvailable(pod, spec.minReadySeconds ?? 0, nowMs);
}
