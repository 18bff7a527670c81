import type { Facts } from "../../hosts/facts.ts";
import type { Host } from "../../hosts/host.ts";
import type { Op } from "../../hosts/op.ts";
import type { Check } from "./check.ts";
import type { Difference, Resource } from "./resource.ts";

/**
 * A step of a workflow as a value: which resources should exist on which hosts. `Context` is what a workflow carries
 * (the cluster, its clock, its randomness, its key material); phases of one workflow share the type.
 *
 * Within a host the engine runs: checks, resources (probe, converge, verify), cluster, ready.
 */
export interface Phase<Context> {
  /** kubeadm's name where kubeadm has one; sub-phases as `certs/ca`. */
  readonly id: string;
  readonly title: string;
  /** Ids of phases of the same workflow that must have converged before, on every host that they apply to. */
  readonly dependsOn?: readonly string[];
  /** One host after the other, in the order of the run; the next one starts when `ready` of the one before resolved. */
  readonly oneHostAtATime?: boolean;
  /**
   * Set when `resources` or `checks` look at the host or the cluster (rather than at context and facts alone): they
   * are then called only after the phases before them converged on this host, which costs a round trip of its own.
   */
  readonly readsHost?: boolean;
  /**
   * The batch that `resources` or `checks` read of the host, where that is known beforehand. It is asked when the run first looks
   * at the host; while nothing changes there, they get that answer and cost no round trip of their own.
   */
  reads?(context: Context, target: Named): readonly Op[];
  /** What the phase made on a host in an earlier run and does not want any more is taken away, by the host's journal. */
  readonly prunes?: boolean;
  /**
   * What can't be written holds up neither the rest of the phase nor the phases after it: it is told, and the host fails in the end.
   */
  readonly goesOn?: boolean;
  /** Hosts that can't be reached don't hold up what depends on this phase; those where it failed still do. */
  readonly toleratesUnreachable?: boolean;
  /** Whether the phase concerns this host; asked by name, also for hosts that can't be reached. */
  appliesTo(context: Context, target: Named): boolean;
  /** Questions that must be answered well before anything is written. */
  checks?(context: Context, target: Target): readonly Check[] | Promise<readonly Check[]>;
  /** What should exist. */
  resources?(context: Context, target: Target): readonly Resource[] | Promise<readonly Resource[]>;
  /** Told what was written, at once: for what has to be waited for in a later phase. */
  wrote?(context: Context, target: Named, written: readonly Written[]): void;
  /** Work over an API, the cluster's or the runtime's, rather than on files; gives what it changed (or would, when planning). */
  cluster?(context: Context, target: Target, mode: Mode): Promise<readonly ClusterChange[]>;
  /**
   * Resolves when what was converged works; called only when applying, with the phase's resources in place. `changed` says whether any
   * of them had to be written.
   */
  ready?(context: Context, target: Target, changed: boolean): Promise<void>;
}

export type Mode = "plan" | "apply";

export type Named = { readonly host: { readonly name: string } };

/** A resource that was written, with what had differed. */
export type Written = { readonly id: string; readonly differences: readonly Difference[] };

/** A host within a run. */
export type Target = {
  readonly host: Host;
  readonly facts: Facts;
  readonly mode: Mode;
  /** Aborted when the run is interrupted; every wait takes it. */
  readonly signal: AbortSignal;
  /** Tells the screen and the log what is going on. */
  readonly report: (text: string) => void;
  /** All hosts of the run that answered, in the order of the run; resolves when each has answered or failed. */
  readonly fleet: () => Promise<readonly FleetMember[]>;
};

export type FleetMember = { readonly name: string; readonly facts: Facts };

export type ClusterChange = {
  readonly object: string;
  readonly action: "create" | "update" | "delete";
  readonly diff?: string;
};
