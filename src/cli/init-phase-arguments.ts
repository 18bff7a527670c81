import type { OfflinePhase } from "../init/offline/offline-phase.ts";
import type { InitArguments } from "./commands/run-init.ts";

/** What `init phase` gets: the flags of `init`, and which phase of it to run. */
export type InitPhaseArguments = InitArguments & {
  readonly name: string;
  readonly part?: string | undefined;
  readonly rootfs: string;
};

/** A phase that only writes files, and which of its parts. */
export type OfflineChoice = { readonly area: OfflinePhase; readonly part: string };
