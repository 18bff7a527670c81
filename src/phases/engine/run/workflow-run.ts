import type { Host } from "../../../hosts/host.ts";
import type { RunEventBody } from "../event.ts";
import type { LockOwner } from "../journal/lock.ts";
import type { Mode, Phase } from "../phase.ts";
import type { StatePaths } from "../state-directory.ts";

/** A host that is yet to be reached; the connection stays open for the caller to close. */
export type HostSource = { readonly name: string; readonly connect: () => Promise<Host> };

/** Everything that a run of a workflow needs, clock and identity included. */
export type WorkflowRun<Context> = {
  readonly phases: readonly Phase<Context>[];
  readonly context: Context;
  readonly hosts: readonly HostSource[];
  readonly mode: Mode;
  readonly report: (event: RunEventBody) => void;
  /** Aborted on the first SIGINT: writes under way end, nothing new begins. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly lock: {
    readonly owner: LockOwner;
    /** Whether a holder on this same machine is gone for certain. */
    readonly isDead: (holder: LockOwner) => boolean;
    /** Takes the lock from whoever has it. */
    readonly isBreaking: boolean;
  };
  /** The engine's own files on each host; `statePaths` unless given. */
  readonly pathsOf?: (host: string) => StatePaths;
  /** Phase ids, or the part before the slash for all of its sub-phases. */
  readonly skipPhases?: readonly string[];
  readonly onlyPhases?: readonly string[];
  /** Hosts that are worked on at once; 10 unless given. */
  readonly parallel?: number;
};
