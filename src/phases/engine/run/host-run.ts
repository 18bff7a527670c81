import type { SlipwayError } from "../../../base/errors.ts";
import type { Semaphore } from "../../../base/semaphore.ts";
import type { Facts } from "../../../hosts/facts.ts";
import type { Host } from "../../../hosts/host.ts";
import type { HostOutcomeKind, PhaseReport } from "../event.ts";
import type { FleetMember, Phase, Target } from "../phase.ts";
import { placed } from "./host-errors.ts";
import { HostWorker, type Pending } from "./host-worker.ts";
import { observed } from "./observed-host.ts";
import type { PhaseBoard } from "./phase-board.ts";
import type { HostSummary } from "./run-summary.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** What the hosts of one run share. */
export type Shared = {
  readonly selected: ReadonlySet<string>;
  readonly gate: Semaphore;
  readonly pending: Pending;
  readonly board: PhaseBoard;
  readonly fleet: Promise<readonly FleetMember[]>;
  /** By host name. */
  readonly connections: ReadonlyMap<string, Promise<Connection>>;
};

export type Connection = { readonly host: Host; readonly facts: Facts; readonly durationMs: number };

/** One host's way through a run. */
export class HostRun<Context> {
  private readonly run: WorkflowRun<Context>;
  private readonly name: string;
  private readonly shared: Shared;
  private readonly due: string[] = [];
  private readonly reports: ({ readonly phase: string } & PhaseReport)[] = [];

  constructor(run: WorkflowRun<Context>, name: string, shared: Shared) {
    this.run = run;
    this.name = name;
    this.shared = shared;
  }

  async complete(): Promise<HostSummary> {
    const summary = await this.throughPhases().then(
      (outcome) => this.summary(outcome),
      (thrown) => this.summary("failed", placed(thrown, { host: this.name })),
    );
    const { host, outcome, error } = summary;
    this.settleRest(error?.details.exit === "connection");
    this.run.report({ kind: "host-finished", host, outcome, ...(error && { error: error.details }) });
    return summary;
  }

  private async throughPhases(): Promise<HostOutcomeKind> {
    const phases = this.applicable();
    this.due.push(...phases.map(({ id }) => id));
    const target = await this.connect();
    const worker = new HostWorker(this.run, target, this.shared);
    try {
      for (const [index, phase] of phases.entries()) {
        if (!(await this.mayBegin(phase))) return this.run.signal.aborted ? "interrupted" : "blocked";
        const outcome = await this.timed(phase, () => worker.work(phases.slice(index)));
        if (outcome === "interrupted") return outcome;
        this.shared.board.settle(phase.id, this.name, "done");
      }
      worker.requireAll();
      return "done";
    } finally {
      await worker.finish();
    }
  }

  private async connect(): Promise<Target> {
    const connection = await this.shared.connections.get(this.name);
    if (connection === undefined) throw new Error(`${this.name} is no host of this run`);
    const { facts, durationMs } = connection;
    this.run.report({ kind: "host-connected", host: this.name, os: facts.os.prettyName, durationMs });
    const report = (text: string) => this.run.report({ kind: "note", host: this.name, text });
    const { mode, signal } = this.run;
    const host = observed(connection.host, this.run.report);
    return { host, facts, mode, signal, report, fleet: () => this.shared.fleet };
  }

  /** Tells those who wait for this host's other phases that they won't come. */
  private settleRest(isUnreachable: boolean): void {
    for (const { id, toleratesUnreachable = false } of this.run.phases) {
      this.shared.board.settle(id, this.name, isUnreachable && toleratesUnreachable ? "done" : "failed");
    }
  }

  /** The phases of this host, in order; those that don't concern it are settled at once. */
  private applicable(): Phase<Context>[] {
    const isDue = (phase: Phase<Context>) =>
      this.shared.selected.has(phase.id) && phase.appliesTo(this.run.context, { host: { name: this.name } });
    const due = this.run.phases.filter(isDue);
    for (const phase of this.run.phases) {
      if (!due.includes(phase)) this.shared.board.settle(phase.id, this.name, "done");
    }
    return due;
  }

  /** Waits for what the phase depends on; false when that failed elsewhere or the run was interrupted. */
  private async mayBegin(phase: Phase<Context>): Promise<boolean> {
    const names = this.run.hosts.map(({ name }) => name);
    const known = new Set(this.run.phases.map(({ id }) => id));
    const before = phase.oneHostAtATime ? [{ id: phase.id, hosts: names.slice(0, names.indexOf(this.name)) }] : [];
    const dependencies = (phase.dependsOn ?? []).filter((id) => known.has(id)).map((id) => ({ id, hosts: names }));
    for (const { id, hosts } of [...dependencies, ...before]) {
      const failed = await this.shared.board.through(id, hosts);
      if (this.run.signal.aborted) return false;
      if (failed.length === 0) continue;
      const text = `${phase.id} waits for ${id}, which did not succeed on ${failed.join(", ")}`;
      this.run.report({ kind: "note", host: this.name, phase: phase.id, text });
      return false;
    }
    return !this.run.signal.aborted;
  }

  private async timed(
    phase: Phase<Context>,
    work: () => Promise<Omit<PhaseReport, "durationMs">>,
  ): Promise<PhaseReport["outcome"]> {
    const place = { host: this.name, phase: phase.id };
    const startedMs = this.run.now().getTime();
    this.run.report({ kind: "phase-started", ...place, title: phase.title });
    const finish = (report: Omit<PhaseReport, "durationMs">) => {
      const timedReport = { ...report, durationMs: this.run.now().getTime() - startedMs };
      this.reports.push({ phase: phase.id, ...timedReport });
      this.run.report({ kind: "phase-finished", ...place, ...timedReport });
    };
    try {
      const report = await work();
      finish(report);
      return report.outcome;
    } catch (thrown) {
      const { details } = placed(thrown, place);
      finish({ outcome: "failed", changed: 0, unchanged: 0, error: details });
      throw thrown;
    }
  }

  private summary(outcome: HostOutcomeKind, error?: SlipwayError): HostSummary {
    const isThrough = (id: string) => this.reports.some((one) => one.phase === id && one.outcome === "done");
    const sum = (field: "changed" | "unchanged") => this.reports.reduce((total, report) => total + report[field], 0);
    return {
      host: this.name,
      outcome,
      changed: sum("changed"),
      unchanged: sum("unchanged"),
      phases: this.reports,
      notDone: outcome === "done" ? [] : this.due.filter((id) => !isThrough(id)),
      ...(error && { error }),
    };
  }
}
