import type { Pod } from "../../api/pod.ts";

/** Whether anything changed that a pod's worker acts on; the status that we wrote ourselves is not (config.podsDifferSemantically). */
export function differs(before: Pod, after: Pod): boolean {
  return relevant(before) !== relevant(after);
}

function relevant({ metadata, spec, status }: Pod): string {
  const gates = new Set((spec.readinessGates ?? []).map(({ conditionType }) => conditionType));
  const gateConditions = (status?.conditions ?? []).filter(({ type }) => gates.has(type));
  return JSON.stringify([
    metadata.labels,
    metadata.annotations,
    metadata.deletionTimestamp,
    metadata.deletionGracePeriodSeconds,
    metadata.generation,
    spec,
    gateConditions.map(({ type, status: value }) => [type, value]),
  ]);
}
