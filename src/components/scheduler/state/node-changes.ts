import { isDeepStrictEqual } from "node:util";
import type { Node } from "../../../kube/kinds/node.ts";
import type { ClusterEvent } from "../framework/plugin.ts";

/** What about a node changed in a way that scheduling cares about; nothing for a heartbeat. */
export function nodeChanges(old: Node, node: Node): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  if (!isDeepStrictEqual(old.status?.allocatable, node.status?.allocatable)) events.push("NodeAllocatable");
  if (!isDeepStrictEqual(old.metadata.labels, node.metadata.labels)) events.push("NodeLabels");
  const taints = ({ spec }: Node) => [spec?.taints ?? [], spec?.unschedulable ?? false];
  if (!isDeepStrictEqual(taints(old), taints(node))) events.push("NodeTaints");
  return events;
}
