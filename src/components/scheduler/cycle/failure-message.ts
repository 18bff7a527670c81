import type { FitFault } from "./schedule-pod.ts";

/** "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …", as upstream's FitError says it. */
export function failureMessage({ nodeCount, rejections, everyNode }: FitFault, afterwards?: string): string {
  if (nodeCount === 0) return "no nodes available to schedule pods";
  const why = everyNode ?? histogram([...rejections.values()].flatMap(({ reasons }) => reasons));
  return [`0/${nodeCount} nodes are available:`, why && `${why}.`, afterwards].filter(Boolean).join(" ");
}

/** "2 Insufficient cpu, 1 Too many pods", sorted as text. */
export function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}
