import { conditionOf, withCondition } from "../../../kube/conditions.ts";
import type { Lease } from "../../../kube/kinds/lease.ts";
import type { Node, NodeCondition } from "../../../kube/kinds/node.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";

/** The last sign of life of a node, by this machine's clock: when its lease or heartbeat last changed here. */
export type NodeHealth = { readonly renewTime: string; readonly heartbeat: string; readonly seenAtMs: number };

/** Takes a new look at a node; the time moves when the lease or the Ready heartbeat did. */
export function observeNode(
  last: NodeHealth | undefined,
  node: Node,
  { lease, nowMs }: { lease: Lease | undefined; nowMs: number },
): NodeHealth {
  const renewTime = lease?.spec?.renewTime ?? "";
  const heartbeat = conditionOf(node.status?.conditions, "Ready")?.lastHeartbeatTime ?? "";
  if (last && last.renewTime === renewTime && last.heartbeat === heartbeat) return last;
  return { renewTime, heartbeat, seenAtMs: nowMs };
}

/** How long a node may be silent: longer for one that has never been heard of. */
export function graceMs(node: Node, { monitorMs, startupMs }: { monitorMs: number; startupMs: number }): number {
  return conditionOf(node.status?.conditions, "Ready") ? monitorMs : startupMs;
}

const watched = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] as const;

/** The conditions of a node that has been silent for too long: nothing is known of it any more. */
export function silentConditions({ status, metadata }: Node, nowMs: number): NodeCondition[] {
  const now = rfc3339(nowMs);
  let conditions = status?.conditions ?? [];
  for (const type of watched) {
    const old = conditionOf(conditions, type);
    if (old?.status === "Unknown") continue;
    const [reason, message] = old
      ? ["NodeStatusUnknown", "Kubelet stopped posting node status."]
      : ["NodeStatusNeverUpdated", "Kubelet never posted node status."];
    const lastHeartbeatTime = old?.lastHeartbeatTime ?? metadata.creationTimestamp ?? now;
    conditions = withCondition(conditions, {
      type,
      status: "Unknown",
      lastHeartbeatTime,
      lastTransitionTime: now,
      reason: reason ?? "",
      message: message ?? "",
    });
  }
  return conditions;
}
