import type { Log } from "./log.ts";

/** What a kubelet takes from its process. */
export type KubeletDeps = {
  readonly log: Log;
  readonly now: () => number;
  /** Ms since some moment, for spans of time: it goes on evenly when the clock is set. */
  readonly uptimeMs: () => number;
  readonly random: () => number;
  /** The version of Kubernetes that this kubelet speaks for: v1.36.2. */
  readonly version: string;
  /** Called when there is no way on; the process should end. */
  onFatal(thrown: unknown): void;
};
