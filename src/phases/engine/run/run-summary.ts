import type { ExitKind, SlipwayError } from "../../../base/errors.ts";
import type { HostOutcomeKind, PhaseReport, RunReport } from "../event.ts";
import type { Mode } from "../phase.ts";

/** What a run came to. */
export type RunSummary = {
  readonly run: string;
  readonly mode: Mode;
  readonly hosts: readonly HostSummary[];
  readonly errors: readonly SlipwayError[];
  /** Resources and objects that changed, or would when planning. */
  readonly changes: number;
  readonly isInterrupted: boolean;
  readonly durationMs: number;
};

export type HostSummary = {
  readonly host: string;
  readonly outcome: HostOutcomeKind;
  readonly changed: number;
  readonly unchanged: number;
  readonly phases: readonly ({ readonly phase: string } & PhaseReport)[];
  /** Ids of phases that were due and did not run to their end. */
  readonly notDone: readonly string[];
  readonly error?: SlipwayError;
};

/** How the process should end: the first error decides, then the interrupt. */
export function exitKindOf({ errors, isInterrupted }: RunSummary): ExitKind {
  if (isInterrupted) return "interrupted";
  return errors[0]?.details.exit ?? "ok";
}

const slowestCount = 5;

export function reportOf(summary: RunSummary): RunReport {
  const steps = summary.hosts.flatMap(({ host, phases }) =>
    phases.map(({ phase, durationMs }) => ({ host, phase, durationMs })),
  );
  return {
    changes: summary.changes,
    failedHosts: summary.hosts.filter(({ outcome }) => outcome === "failed").map(({ host }) => host),
    durationMs: summary.durationMs,
    slowest: steps.sort((a, b) => b.durationMs - a.durationMs).slice(0, slowestCount),
  };
}
