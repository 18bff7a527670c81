import type { ErrorDetails } from "../../base/errors.ts";
import type { Finding } from "./check.ts";
import type { Mode } from "./phase.ts";
import type { Difference, ResourceAction } from "./resource.ts";

/** The version of the event schema that `-o json` prints; docs/events.md describes it. */
export const eventSchema = "slipway.dev/v1";

/** What a run tells while it goes; renderers and the log file subscribe to these. */
export type RunEvent = {
  readonly schema: typeof eventSchema;
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  readonly run: string;
} & RunEventBody;

export type RunEventBody =
  | {
      readonly kind: "run-started";
      readonly mode: Mode;
      readonly hosts: readonly string[];
      readonly phases: readonly string[];
    }
  | { readonly kind: "host-connected"; readonly host: string; readonly os: string; readonly durationMs: number }
  | { readonly kind: "phase-started"; readonly host: string; readonly phase: string; readonly title: string }
  | ({ readonly kind: "check" } & Place & { readonly check: string } & Finding)
  | ({ readonly kind: "resource" } & Place & ResourceReport)
  | ({ readonly kind: "cluster-object" } & Place & {
        readonly object: string;
        readonly action: ResourceAction;
        readonly outcome: "planned" | "done";
        readonly diff?: string;
      })
  | { readonly kind: "note"; readonly host?: string; readonly phase?: string; readonly text: string }
  | ({ readonly kind: "command"; readonly host: string } & CommandReport)
  | ({ readonly kind: "phase-finished" } & Place & PhaseReport)
  | {
      readonly kind: "host-finished";
      readonly host: string;
      readonly outcome: HostOutcomeKind;
      readonly error?: ErrorDetails;
    }
  | ({ readonly kind: "run-finished" } & RunReport);

type Place = { readonly host: string; readonly phase: string };

export type ResourceReport = {
  readonly resource: string;
  readonly action: ResourceAction;
  readonly outcome: "planned" | "done" | "failed" | "unchanged";
  /** Why it differs: never seen here, the wish moved, or somebody changed the host. */
  readonly cause?: "new" | "wish" | "drift";
  readonly differences: readonly Difference[];
};

/** One command or batch that ran on a host; for the log. */
export type CommandReport = {
  readonly command: string;
  readonly exitCode: number;
  readonly durationMs: number;
  readonly stderr?: string;
};

export type PhaseOutcomeKind =
  | "done"
  | "failed"
  /** Named by --skip-phases, or not named by --phase. */
  | "skipped"
  /** A phase that it depends on failed on another host. */
  | "blocked"
  /** Planning only: what it wants is known after the phases before it were applied. */
  | "deferred"
  | "interrupted";

export type PhaseReport = {
  readonly outcome: PhaseOutcomeKind;
  readonly changed: number;
  readonly unchanged: number;
  readonly durationMs: number;
  readonly error?: ErrorDetails;
};

export type HostOutcomeKind = "done" | "failed" | "blocked" | "interrupted";

export type RunReport = {
  /** Resources and objects changed (or to be changed, when planning) on all hosts. */
  readonly changes: number;
  readonly failedHosts: readonly string[];
  readonly durationMs: number;
  readonly slowest: readonly { readonly host: string; readonly phase: string; readonly durationMs: number }[];
};

/** Stamps what is told with its time and run. */
export function stamped(run: string, now: () => Date, emit: (event: RunEvent) => void): (body: RunEventBody) => void {
  return (body) => emit({ schema: eventSchema, time: now().toISOString(), run, ...body });
}
