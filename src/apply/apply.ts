import { hostAddress } from "../config/cluster/host-address.ts";
import type { ClusterFile } from "../config/cluster/parse-cluster.ts";
import { connectHost } from "../hosts/connect.ts";
import type { Facts } from "../hosts/facts.ts";
import type { Host } from "../hosts/host.ts";
import type { Surroundings } from "../hosts/surroundings.ts";
import { buildClusterContext } from "../phases/cluster/build-cluster-context.ts";
import type { ClusterContext } from "../phases/cluster/cluster-context.ts";
import type { Mode } from "../phases/engine/phase.ts";
import type { RunSummary } from "../phases/engine/run/run-summary.ts";
import { runWorkflow } from "../phases/engine/run/run-workflow.ts";
import type { WorkflowRun } from "../phases/engine/run/workflow-run.ts";
import type { Distribution } from "../runtime/distribution.ts";
import { applyPhases } from "./phases.ts";

type RunParts = Pick<
  WorkflowRun<ClusterContext>,
  "report" | "signal" | "now" | "lock" | "skipPhases" | "onlyPhases" | "parallel"
>;

export type ApplyOptions = RunParts & {
  readonly file: ClusterFile;
  readonly mode: Mode;
  readonly around: Surroundings;
  /** What hosts run, built or found by the time that it is awaited. */
  readonly distribution: Promise<Distribution>;
  /** Names of the hosts to work on; all unless given. */
  readonly only?: readonly string[];
};

/** Brings the whole cluster to what its file says, or finds out what that would take. */
export async function applyCluster({ file, around, only, distribution, ...run }: ApplyOptions): Promise<RunSummary> {
  const { hosts } = file.cluster;
  const connections = new Map(hosts.map((host) => [host.name, connectHost(hostAddress(host), around)]));
  const hostNamed = (name: string) => connections.get(name) ?? Promise.reject(new Error(`no host ${name}`));
  try {
    const [facts, built] = await Promise.all([factsOfAll(connections), distribution]);
    const context = buildClusterContext({
      file,
      hostNamed,
      factsOf: (name) => facts.get(name),
      distribution: built,
      now: run.now,
    });
    const targets = hosts.filter(({ name }) => !only || only.includes(name));
    try {
      return await runWorkflow({
        ...run,
        context,
        phases: applyPhases,
        hosts: targets.map(({ name }) => ({ name, connect: () => hostNamed(name) })),
      });
    } finally {
      await context.api.close();
    }
  } finally {
    for (const connection of connections.values()) await connection.then((host) => host.close()).catch(() => {});
  }
}

/** Facts of the hosts that answer; those that don't fail in the run, where each error has its place. */
async function factsOfAll(connections: ReadonlyMap<string, Promise<Host>>): Promise<ReadonlyMap<string, Facts>> {
  const all = await Promise.all(
    [...connections].map(([name, connection]) =>
      connection
        .then((host) => host.facts())
        .then(
          (facts) => [[name, facts] as const],
          () => [],
        ),
    ),
  );
  return new Map(all.flat());
}
