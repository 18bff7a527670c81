import type { InitInput } from "../../config/kubeadm/load/init-input.ts";

/** What preflight takes from the workflow: the nodes by their hosts' names in reports. */
export type PreflightContext = {
  readonly nodes: ReadonlyMap<string, PreflightNode>;
  /** Names of checks whose errors count as warnings, or `all`; kubeadm's --ignore-preflight-errors. */
  readonly ignoredPreflightErrors?: readonly string[];
};

export type PreflightNode = { readonly role: "control-plane" | "worker"; readonly input: InitInput };

export function preflightNode({ nodes }: PreflightContext, { host }: { host: { name: string } }): PreflightNode {
  const node = nodes.get(host.name);
  if (node === undefined) throw new Error(`host ${host.name} is not in the cluster's configuration`);
  return node;
}
