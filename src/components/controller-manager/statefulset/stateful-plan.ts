import { scaledValue } from "../../../kube/int-or-percent.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { StatefulSet } from "../../../kube/kinds/workloads.ts";
import { isPodAvailable, isPodFinished } from "../pods/pod-state.ts";
import { revisionHashLabel } from "../revisions/revision-history.ts";
import { ordinalOf } from "./stateful-pod.ts";

export type StatefulAction =
  | { readonly kind: "create"; readonly ordinal: number; readonly revision: "current" | "update" }
  | { readonly kind: "delete"; readonly pod: Pod };
export type StatefulView = {
  /** Names of the two revisions. */
  readonly current: string;
  readonly update: string;
  readonly nowMs: number;
};

/** The next actions of a set; ordered sets do one thing at a time and wait for it (kubernetes/pkg/controller/statefulset). */
export function statefulPlan(set: StatefulSet, pods: readonly Pod[], view: StatefulView): StatefulAction[] {
  if (set.metadata.deletionTimestamp) return [];
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod, set), pod]));
  const isOrdered = set.spec.podManagementPolicy !== "Parallel";
  const grown = grow(set, byOrdinal, { ...view, isOrdered });
  if (grown.waits || (isOrdered && grown.actions.length > 0)) return grown.actions;
  const shrunk = shrink(set, pods, { ...view, isOrdered });
  if (shrunk.waits || (isOrdered && shrunk.actions.length > 0)) return [...grown.actions, ...shrunk.actions];
  if (grown.actions.length + shrunk.actions.length > 0) return [...grown.actions, ...shrunk.actions];
  return roll(set, byOrdinal, view);
}

/** The ordinals that the set wants, lowest first. */
export function wantedOrdinals({ spec }: StatefulSet): number[] {
  const start = spec.ordinals?.start ?? 0;
  return Array.from({ length: spec.replicas ?? 1 }, (_, index) => start + index);
}

type Step = { readonly actions: StatefulAction[]; readonly waits: boolean };
type OrderedView = StatefulView & { readonly isOrdered: boolean };

function grow(set: StatefulSet, byOrdinal: ReadonlyMap<number | undefined, Pod>, view: OrderedView): Step {
  const actions: StatefulAction[] = [];
  for (const ordinal of wantedOrdinals(set)) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) actions.push({ kind: "create", ordinal, revision: revisionFor(set, ordinal) });
    else if (isPodFinished(pod) && !pod.metadata.deletionTimestamp) actions.push({ kind: "delete", pod });
    else if (view.isOrdered && !isHealthy(set, pod, view)) return { actions, waits: true };
    if (view.isOrdered && actions.length > 0) return { actions, waits: true };
  }
  return { actions, waits: false };
}

/**
 * New pods below the partition are made at the old revision; where nobody gave a partition, those that a rolling update
 * has not reached (upstream's newVersionedStatefulSetPod). With OnDelete a pod that people deleted comes back new.
 */
function revisionFor({ spec, status }: StatefulSet, ordinal: number): "current" | "update" {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const kept = rollingUpdate
    ? (rollingUpdate.partition ?? 0)
    : type === "RollingUpdate"
      ? (status?.currentReplicas ?? 0)
      : 0;
  return ordinal < (spec.ordinals?.start ?? 0) + kept ? "current" : "update";
}

/** Surplus pods go from the highest ordinal down; in an ordered set only the lowest of the sick ones before the others are well. */
function shrink(set: StatefulSet, pods: readonly Pod[], view: OrderedView): Step {
  const wanted = new Set(wantedOrdinals(set));
  const surplus = pods
    .flatMap((pod) => {
      const ordinal = ordinalOf(pod, set);
      return ordinal === undefined || wanted.has(ordinal) ? [] : [{ pod, ordinal }];
    })
    .toSorted((one, other) => other.ordinal - one.ordinal);
  const lasts = surplus
    .filter(({ pod }) => !pod.metadata.deletionTimestamp)
    .map(({ pod }): StatefulAction => ({ kind: "delete", pod }));
  if (!view.isOrdered) return { actions: lasts, waits: false };
  const [first] = surplus;
  if (!first) return { actions: [], waits: false };
  const lowestSick = surplus.findLast(({ pod }) => !isHealthy(set, pod, view));
  const mayGo = !first.pod.metadata.deletionTimestamp && (!lowestSick || lowestSick === first);
  return { actions: mayGo ? lasts.slice(0, 1) : [], waits: true };
}

/**
 * Old pods are replaced from the highest ordinal down to the partition, while few enough are unavailable; those that are
 * broken anyway go at once, or a broken revision could never be mended.
 */
function roll(set: StatefulSet, byOrdinal: ReadonlyMap<number | undefined, Pod>, view: StatefulView): StatefulAction[] {
  const { updateStrategy } = set.spec;
  if (updateStrategy?.type === "OnDelete") return [];
  const { partition = 0, maxUnavailable = 1 } = updateStrategy?.rollingUpdate ?? {};
  const ordinals = wantedOrdinals(set);
  const allowed = Math.max(1, scaledValue(maxUnavailable, ordinals.length, "down"));
  const start = set.spec.ordinals?.start ?? 0;
  const actions: StatefulAction[] = [];
  let unavailable = ordinals.filter((ordinal) => {
    const pod = byOrdinal.get(ordinal);
    return !pod || !isHealthy(set, pod, view);
  }).length;
  for (const ordinal of ordinals.toReversed()) {
    const pod = byOrdinal.get(ordinal);
    if (ordinal < start + partition || !pod || revisionOf(pod) === view.update || pod.metadata.deletionTimestamp)
      continue;
    if (isHealthy(set, pod, view)) {
      if (unavailable >= allowed) continue;
      unavailable++;
    }
    actions.push({ kind: "delete", pod });
  }
  return actions;
}

export function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.[revisionHashLabel];
}

function isHealthy({ spec }: StatefulSet, pod: Pod, { nowMs }: StatefulView): boolean {
  return !pod.metadata.deletionTimestamp && isPodAvailable(pod, spec.minReadySeconds ?? 0, nowMs);
}
