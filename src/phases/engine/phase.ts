import type { Facts } from "../../hosts/facts.ts";
import type { Host } from "../../hosts/host.ts";
import type { Resource } from "./resource.ts";

/**
 * A step of a workflow as a value: which resources should exist on which hosts. `Context` is what a workflow carries
 * (the cluster, its clock, its randomness, its key material); phases of one workflow share the type.
 */
export interface Phase<Context> {
  /** kubeadm's name where kubeadm has one; sub-phases as `certs/ca`. */
  readonly id: string;
  readonly title: string;
  /** Ids of phases that must have converged before, on any host. */
  readonly dependsOn?: readonly string[];
  /** Whether the phase concerns this host. */
  appliesTo(context: Context, target: Target): boolean;
  /** What should exist. May read the host (through `target.host`) when the wish depends on what stands there. */
  resources(context: Context, target: Target): readonly Resource[] | Promise<readonly Resource[]>;
  /** Work on the cluster's API rather than on a host's files; gives what it changed (or would change, when planning). */
  cluster?(context: Context, target: Target, mode: Mode): Promise<readonly ClusterChange[]>;
  /** Resolves when what was converged works; called only after the phase's resources are in place. */
  ready?(context: Context, target: Target): Promise<void>;
}

export type Mode = "plan" | "apply";

/** A host within a run. */
export type Target = {
  readonly host: Host;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** Tells the screen and the log what is going on. */
  readonly report: (text: string) => void;
};

export type ClusterChange = {
  readonly object: string;
  readonly action: "create" | "update" | "delete";
  readonly diff?: string;
};
