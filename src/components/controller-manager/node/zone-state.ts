import { isConditionTrue } from "../../../kube/conditions.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Options } from "../options.ts";

/** How much of a zone is not ready: evicting everything from a zone that the network cut off would do harm. */
export type ZoneState = "normal" | "partial" | "full";
export type Zone = { readonly name: string; readonly nodes: readonly Node[]; readonly state: ZoneState };

const excludedLabel = "node.kubernetes.io/exclude-disruption";

/** The zones of a cluster; nodes with the label exclude-disruption count in none. */
export function zonesOf(nodes: readonly Node[], unhealthyThreshold: number): Zone[] {
  const counted = nodes.filter(({ metadata: { labels = {} } }) => !(excludedLabel in labels));
  return [...Map.groupBy(counted, zoneOf)].map(([name, members]) => {
    const ready = members.filter(isReady).length;
    return { name, nodes: members, state: zoneState(ready, members.length - ready, unhealthyThreshold) };
  });
}

/** The state of a zone with so many nodes of each sort (nodelifecycle, ComputeZoneState). */
export function zoneState(ready: number, notReady: number, unhealthyThreshold: number): ZoneState {
  if (ready === 0 && notReady > 0) return "full";
  return notReady > 2 && notReady / (ready + notReady) >= unhealthyThreshold ? "partial" : "normal";
}

/** No node of any zone answers: then it is this control plane that is cut off. */
export function isCutOff(zones: readonly Zone[]): boolean {
  return zones.length > 0 && zones.every(({ state }) => state === "full");
}

export type RateOptions = Pick<
  Options,
  "node-eviction-rate" | "secondary-node-eviction-rate" | "large-cluster-size-threshold"
>;

/**
 * Nodes a second that may be tainted for eviction in a zone. While much of a zone is down large zones go slower and
 * small ones stop; a zone that is wholly down goes on, for then it is lost.
 */
export function evictionRate({ state, nodes }: Zone, options: RateOptions): number {
  if (state !== "partial") return options["node-eviction-rate"];
  return nodes.length > options["large-cluster-size-threshold"] ? options["secondary-node-eviction-rate"] : 0;
}

export function isReady({ status }: Node): boolean {
  return isConditionTrue(status?.conditions, "Ready");
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  return `${labels["topology.kubernetes.io/region"] ?? ""}:${labels["topology.kubernetes.io/zone"] ?? ""}`;
}
