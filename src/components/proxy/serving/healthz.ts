import type { Node } from "../services/objects.ts";
import type { SyncHealth } from "../sync/sync-health.ts";
import type { Answer } from "./http.ts";

/** The taint of a node that the cluster autoscaler is about to delete. */
const deletionTaint = "ToBeDeletedByClusterAutoscaler";

/** Whether load balancers should still send to this node (KEP-3836): not once it is being deleted. */
export function isEligible(node: Node | undefined): boolean {
  if (!node) return true;
  return node.metadata.deletionTimestamp === undefined && !node.spec?.taints?.some(({ key }) => key === deletionTaint);
}

/** The answers of port 10256: /healthz for load balancers, /livez for probes. */
export function healthAnswer(
  path: string,
  { health, isEligible: eligible, now }: { health: SyncHealth; isEligible: boolean; now: number },
): Answer {
  if (path !== "/healthz" && path !== "/livez") return { status: 404, body: "404 page not found\n" };
  const isWell = health.isHealthy && (path === "/livez" || eligible);
  const body = {
    // before the first sync there is none, and Go prints its zero time
    lastUpdated: new Date(health.lastUpdatedAt ?? Date.UTC(1, 0)).toISOString(),
    currentTime: new Date(now).toISOString(),
    ...(path === "/healthz" ? { nodeEligible: eligible } : {}),
  };
  const headers = { "content-type": "application/json", "x-content-type-options": "nosniff" };
  return { status: isWell ? 200 : 503, body: JSON.stringify(body), headers };
}
