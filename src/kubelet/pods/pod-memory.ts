import type { Backoff } from "./containers/container-backoff.ts";

/** What one pod's worker remembers between syncs. */
export type PodMemory = {
  /** Why containers wait, by name. */
  readonly reasons: Map<string, { reason: string; message: string }>;
  /** Last words, by container id. */
  readonly messages: Map<string, string>;
  /** Syncs in a row that could not set up volumes or a sandbox. */
  failures: number;
  readonly backoff: Backoff;
};
