import type { Op, OpResult } from "../../hosts/op.ts";

/** A question to a host that is answered by looking only; preflight is made of them. */
export interface Check {
  /** kubeadm's name where kubeadm has one: `Port-6443`, `FileAvailable--etc-kubernetes-kubelet.conf`. */
  readonly name: string;
  probe(): readonly Op[];
  /** What is wrong, from the results of `probe` in its order; empty when all is well. */
  judge(found: readonly OpResult[]): readonly Finding[];
}

/** An error stops the host after its phase; a warning is told and passes. */
export type Finding = { readonly severity: "error" | "warning"; readonly message: string };
