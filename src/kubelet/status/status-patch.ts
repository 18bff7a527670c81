import type { PodStatus } from "../api/pod-status.ts";

/**
 * The strategic merge patch that makes a pod's status ours: fields that we no longer have go, lists of addresses are
 * replaced, conditions merge by type so that those of others stay. The uid guards against a namesake.
 */
export function statusPatch(uid: string, before: PodStatus | undefined, after: PodStatus): Record<string, unknown> {
  const gone = Object.keys(before ?? {}).filter((field) => !(field in after) && field !== "nominatedNodeName");
  return {
    metadata: { uid },
    status: {
      ...Object.fromEntries(gone.map((field) => [field, null])),
      ...after,
      ...(after.podIPs && { podIPs: replaced(after.podIPs) }),
      ...(after.hostIPs && { hostIPs: replaced(after.hostIPs) }),
      conditions: (after.conditions ?? []).map((condition) => withoutStale(condition)),
    },
  };
}

function replaced(list: readonly unknown[]): unknown[] {
  return [{ $patch: "replace" }, ...list];
}

/** Merging keeps fields that are left out, so what a condition no longer has is taken away by name. */
function withoutStale(condition: object): object {
  return { reason: null, message: null, ...condition };
}
