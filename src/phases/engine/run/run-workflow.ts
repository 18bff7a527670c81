import { Semaphore } from "../../../base/semaphore.ts";
import { type Connection, HostRun, type Shared } from "./host-run.ts";
import { PhaseBoard } from "./phase-board.ts";
import { type RunSummary, reportOf } from "./run-summary.ts";
import { selectedPhases } from "./select-phases.ts";
import type { HostSource, WorkflowRun } from "./workflow-run.ts";

const defaultParallel = 10;

/**
 * Runs the phases in their order inside each host, hosts in parallel. One host's failure stops that host and what
 * depends on it, nothing else. Resolves in every case but a usage error; failures are in the summary.
 */
export async function runWorkflow<Context>(run: WorkflowRun<Context>): Promise<RunSummary> {
  const selected = selectedPhases(run.phases, run);
  const startedMs = run.now().getTime();
  run.report({
    kind: "run-started",
    mode: run.mode,
    hosts: run.hosts.map(({ name }) => name),
    phases: [...selected],
  });
  const shared = sharedOf(run, selected);
  const hosts = await Promise.all(run.hosts.map(({ name }) => new HostRun(run, name, shared).complete()));
  const summary: RunSummary = {
    run: run.lock.owner.run,
    mode: run.mode,
    hosts,
    errors: hosts.flatMap(({ error }) => error ?? []),
    changes: hosts.reduce((sum, { changed }) => sum + changed, 0),
    isInterrupted: run.signal.aborted,
    durationMs: run.now().getTime() - startedMs,
  };
  run.report({ kind: "run-finished", ...reportOf(summary) });
  return summary;
}

function sharedOf<Context>(run: WorkflowRun<Context>, selected: ReadonlySet<string>): Shared {
  const gate = new Semaphore(run.parallel ?? defaultParallel);
  const connections = new Map(run.hosts.map((source) => [source.name, gate.run(() => connectionOf(source))]));
  const fleet = Promise.allSettled(connections.values()).then((all) =>
    all.flatMap((one) => (one.status === "fulfilled" ? [{ name: one.value.host.name, facts: one.value.facts }] : [])),
  );
  return { selected, gate, pending: { changes: 0 }, board: new PhaseBoard(), fleet, connections };
}

async function connectionOf({ connect }: HostSource): Promise<Connection> {
  const startedMs = performance.now();
  const host = await connect();
  return { host, facts: await host.facts(), durationMs: Math.round(performance.now() - startedMs) };
}
