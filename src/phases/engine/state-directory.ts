/** Where a host keeps what Slipway must remember on it: what services last started with, and the journal. */
export const stateDirectory = "/var/lib/slipway";

/** The engine's own files on a host. */
export type StatePaths = {
  readonly journal: string;
  /** On a tmpfs: a reboot of the host frees it. */
  readonly lock: string;
};

export const statePaths: StatePaths = { journal: `${stateDirectory}/journal.json`, lock: "/run/slipway/lock" };
