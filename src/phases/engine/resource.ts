import type { Op, OpResult } from "../../hosts/op.ts";

/**
 * Something that should exist on a host. The engine reads all resources of a phase in one batch, compares, and writes
 * what differs in one more. All functions are pure: they say which operations to run, the engine runs them.
 */
export interface Resource {
  /** Kind and name, unique on a host: `file:/etc/hosts`, `package:nftables`, `service:kubelet`. */
  readonly id: string;
  /** The operations that find out how things stand; read-only. */
  probe(): readonly Op[];
  /** What differs, from the results of `probe` in its order; empty when all is in place. */
  diff(found: readonly OpResult[], context: DiffContext): readonly Difference[];
  /** The operations that put it right. */
  converge(found: readonly OpResult[], differences: readonly Difference[]): readonly Op[];
  /** sha256 of the desired state, for the journal and for services that restart when it moves. */
  readonly hash: string;
}

export type DiffContext = {
  /** Ids of resources of this phase that differ: a service restarts when one that it names is among them. */
  readonly changing: ReadonlySet<string>;
};

/** One field that differs. Secrets carry no values. */
export type Difference =
  | { readonly kind: "field"; readonly field: string; readonly from: string; readonly to: string }
  | { readonly kind: "text"; readonly field: string; readonly diff: string }
  | { readonly kind: "secret"; readonly field: string };
