import type { Plugin } from "./plugin.ts";

/** A named way to schedule: which plugins filter and score, and how much each score weighs. */
export type Profile = {
  /** What pods give as spec.schedulerName. */
  readonly schedulerName: string;
  readonly filters: readonly Plugin[];
  readonly scores: readonly { readonly plugin: Plugin; readonly weight: number }[];
  readonly preempts: boolean;
  /** The share of nodes after which the search for feasible ones stops; 0 lets the cluster's size decide. */
  readonly percentageOfNodesToScore: number;
};
