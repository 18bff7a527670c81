import type { ClusterFile } from "../config/cluster/parse-cluster.ts";
import type { Facts } from "../hosts/facts.ts";
import type { Surroundings } from "../hosts/surroundings.ts";
import { buildClusterContext } from "../phases/cluster/build-cluster-context.ts";
import type { ClusterContext } from "../phases/cluster/cluster-context.ts";
import type { Mode, Phase } from "../phases/engine/phase.ts";
import type { RunSummary } from "../phases/engine/run/run-summary.ts";
import { runWorkflow } from "../phases/engine/run/run-workflow.ts";
import type { HostSource, WorkflowRun } from "../phases/engine/run/workflow-run.ts";
import type { Distribution } from "../runtime/distribution.ts";
import type { RuntimeWish } from "../runtime/runtime-wish.ts";
import { ClusterHosts, selectedSources } from "./cluster-hosts.ts";
import { gatherFacts } from "./gather-facts.ts";
import { leadingControlPlane } from "./leading-control-plane.ts";
import { applyPhases } from "./phases.ts";

type RunParts = Pick<
  WorkflowRun<ClusterContext>,
  "report" | "signal" | "now" | "lock" | "skipPhases" | "onlyPhases" | "parallel"
>;

export type ApplyOptions = RunParts & {
  readonly file: ClusterFile;
  /** What to do; all that makes a cluster unless given. */
  readonly phases?: readonly Phase<ClusterContext>[];
  readonly mode: Mode;
  readonly around: Surroundings;
  /** What hosts run; built or found when a phase first asks for it. */
  readonly distribution: () => Promise<Distribution>;
  /** The container runtime to install, with what the file refers to read. */
  readonly runtime: Promise<RuntimeWish>;
  /** Names of the hosts to work on; all unless given. */
  readonly only?: readonly string[];
  /** Names of preflight checks whose errors count as warnings, or `all`. */
  readonly ignoredPreflightErrors?: readonly string[];
  /** Drain and delete Nodes that are not in the file. */
  readonly prune?: boolean;
};

/** Brings the whole cluster to what its file says, or finds out what that would take. */
export async function applyCluster({ file, around, only, ...run }: ApplyOptions): Promise<RunSummary> {
  const { ignoredPreflightErrors = [], now, prune: isPruning = false, phases = applyPhases } = run;
  const all = new ClusterHosts(file.cluster, around);
  const hosts = new Map(all.sources.map(({ name, connect }) => [name, connect]));
  const hostNamed = (name: string) => hosts.get(name)?.() ?? Promise.reject(new Error(`no host ${name}`));
  try {
    const gathering = factsOfAll(all.sources, run.parallel);
    // What fails meanwhile waits for the hosts: a connection that is made after `close` would stay open.
    const runtime = await run.runtime.finally(() => gathering);
    const facts = await gathering;
    const first = await leadingControlPlane(file.cluster, hostNamed);
    const factsOf = (name: string) => facts.get(name);
    const context = buildClusterContext({
      file,
      hostNamed,
      first,
      factsOf,
      distribution: run.distribution,
      runtime,
      now,
      ignoredPreflightErrors,
      isPruning,
    });
    const targets = selectedSources(all.sources, only);
    return await runWorkflow({ ...run, context, phases, hosts: targets }).finally(() => context.close());
  } finally {
    await all.close();
  }
}

/** Facts of the hosts that answer; those that don't fail in the run, where each error has its place. */
async function factsOfAll(sources: readonly HostSource[], parallel = 10): Promise<ReadonlyMap<string, Facts>> {
  const all = await gatherFacts(sources, parallel);
  return new Map(all.flatMap((one) => (one.kind === "ok" ? [[one.host, one.facts]] : [])));
}
