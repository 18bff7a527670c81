import type { InitInput } from "../../config/kubeadm/load/init-input.ts";

/** What preparing a host takes from the workflow: the nodes by their hosts' names in reports. */
export type PrepareContext = {
  readonly nodes: ReadonlyMap<string, { readonly input: InitInput }>;
};

export function inputOf({ nodes }: PrepareContext, { host }: { host: { name: string } }): InitInput {
  const node = nodes.get(host.name);
  if (node === undefined) throw new Error(`host ${host.name} is not in the cluster's configuration`);
  return node.input;
}

/** The IP families of the cluster's pods and services. */
export function familiesOf({ cluster: { networking } }: InitInput): ReadonlySet<4 | 6> {
  const subnets = `${networking.podSubnet},${networking.serviceSubnet}`.split(",").filter(Boolean);
  return new Set(subnets.map((subnet) => (subnet.includes(":") ? 6 : 4)));
}
