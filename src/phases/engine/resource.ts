import type { Op, OpResult } from "../../hosts/op.ts";

/**
 * Something that should exist on a host. The engine reads all resources of a phase in one batch, compares, and writes
 * what differs in one more. All functions are pure: they say which operations to run, the engine runs them.
 */
export interface Resource {
  /** Kind and name, unique on a host: `file:/etc/hosts`, `packages:nftables`, `service:kubelet`. */
  readonly id: string;
  /** The operations that find out how things stand; read-only. */
  probe(): readonly Op[];
  /** What differs, from the results of `probe` in its order; empty when all is in place. */
  diff(found: readonly OpResult[], context: DiffContext): readonly Difference[];
  /** The operations that put it right. */
  converge(found: readonly OpResult[], differences: readonly Difference[]): readonly Op[];
  /** Operations that run before any resource of the phase is written, so that a run killed half-way is noticed by the next. */
  announce?(differences: readonly Difference[]): readonly Op[];
  /** Local files to stream to the host before the operations of `converge`. */
  transfers?(differences: readonly Difference[], found: readonly OpResult[]): readonly Transfer[];
  /** sha256 of the desired state, for the journal and for services that restart when it moves. */
  readonly hash: string;
  /** What takes it away again when we made it; recorded in the host's journal, so it carries no secret. */
  readonly undo?: readonly Op[];
}

/** A local file that goes to a path on the host. */
export type Transfer = {
  readonly source: string;
  readonly path: string;
  readonly mode: number;
  /** What reports call it; the path unless given. */
  readonly label?: string;
  /** Resolves when it may be sent; rejects when it must not. */
  readonly ready?: () => Promise<void>;
};

export type DiffContext = {
  /** Ids of resources that differ here or were changed before in this run: a service restarts when it names one of them. */
  readonly changing: ReadonlySet<string>;
};

/** One field that differs. Secrets carry no values. */
export type Difference =
  /** Nothing stands there yet. */
  | { readonly kind: "missing" }
  /** Something stands there that should not. */
  | { readonly kind: "unwanted" }
  | { readonly kind: "field"; readonly field: string; readonly from: string; readonly to: string }
  /** `diff` is a unified diff. */
  | { readonly kind: "text"; readonly field: string; readonly diff: string }
  | { readonly kind: "secret"; readonly field: string };

export function differsIn(differences: readonly Difference[], field: string): boolean {
  return differences.some((one) => "field" in one && one.field === field);
}

/** What happens to a resource, in the words of a plan. */
export type ResourceAction = "create" | "update" | "delete" | "none";

export function actionOf(differences: readonly Difference[]): ResourceAction {
  if (differences.length === 0) return "none";
  if (differences.some(({ kind }) => kind === "missing")) return "create";
  return differences.some(({ kind }) => kind === "unwanted") ? "delete" : "update";
}
