import type { RunEventBody } from "../../phases/engine/event.ts";
import type { RunSummary } from "../../phases/engine/run/run-summary.ts";
import { type ApplyOptions, applyCluster } from "../apply.ts";

/** What differs from the file on a host or, at the first control plane, in the cluster. */
export type HostDrift = {
  /** The ids of what differs, as far as it was found out. */
  readonly drift: readonly string[];
  /** Why that may not be all; absent where it is. */
  readonly driftUnknown?: string;
};

/** By host. */
export type Drift = ReadonlyMap<string, HostDrift>;

export type DriftOptions = Omit<ApplyOptions, "mode" | "report" | "signal"> & {
  /** After this time what was found so far is given: a host in trouble may answer nothing for long. */
  readonly withinMs: number;
};

/** What a plan would put right. Rejects for a file that does not hold. */
export async function driftOf({ withinMs, ...options }: DriftOptions): Promise<Drift> {
  const found = new Map<string, string[]>();
  const report = (event: RunEventBody) => {
    if (!("outcome" in event) || event.outcome !== "planned") return;
    const id = event.kind === "resource" ? event.resource : event.object;
    found.set(event.host, [...(found.get(event.host) ?? []), id]);
  };
  const deadline = new AbortController();
  const { promise: isOver, resolve: end } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    deadline.abort(new Error("the time is up"));
    end(undefined);
  }, withinMs);
  const planning = applyCluster({ ...options, mode: "plan", report, signal: deadline.signal });
  const summary = await Promise.race([planning, isOver]).finally(() => clearTimeout(timer));
  const late = `the plan was not through within ${withinMs / 1000} s`;
  const names = options.file.cluster.hosts.map(({ name }) => name);
  return new Map(names.map((name) => [name, { drift: found.get(name) ?? [], ...unknownOf(name, summary, late) }]));
}

function unknownOf(name: string, summary: RunSummary | undefined, late: string): Pick<HostDrift, "driftUnknown"> {
  const host = summary?.hosts.find((one) => one.host === name);
  if (host?.outcome === "done") return {};
  const others = summary?.errors[0]?.message ?? late;
  return { driftUnknown: host?.error?.message ?? others };
}
