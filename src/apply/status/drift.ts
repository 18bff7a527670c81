import type { RunEventBody } from "../../phases/engine/event.ts";
import { type ApplyOptions, applyCluster } from "../apply.ts";

/** By host: ids of what differs from the file there, on the host or, at the first control plane, in the cluster. */
export type Drift = ReadonlyMap<string, readonly string[]>;

/** What a plan would put right. A host whose plan does not come to its end has no entry. Rejects for a file that does not hold. */
export async function driftOf(options: Omit<ApplyOptions, "mode" | "report">): Promise<Drift> {
  const found = new Map<string, string[]>();
  const report = (event: RunEventBody) => {
    if (!("outcome" in event) || event.outcome !== "planned") return;
    const id = event.kind === "resource" ? event.resource : event.object;
    found.set(event.host, [...(found.get(event.host) ?? []), id]);
  };
  const { hosts } = await applyCluster({ ...options, mode: "plan", report });
  const done = hosts.filter(({ outcome }) => outcome === "done");
  return new Map(done.map(({ host }) => [host, found.get(host) ?? []]));
}
