import type { InitInput } from "../../config/kubeadm/load/init-input.ts";

/** A host as a Node of the cluster. */
export type NodeWish = {
  readonly host: string;
  readonly role: "control-plane" | "worker";
  /** kubeadm's configuration with this host's registration and endpoint in it. */
  readonly input: InitInput;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};
