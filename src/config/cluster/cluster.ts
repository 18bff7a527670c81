import type { ClusterDocument } from "./cluster-kind.ts";
import type { HostSpec, Role } from "./host-kind.ts";

/** A cluster as the file wants it, complete: every host has a name for reports and a role. */
export type Cluster = {
  readonly name: string;
  readonly hosts: readonly ClusterHost[];
  readonly settings: Omit<ClusterDocument["spec"], "hosts">;
};

export type ClusterHost = Omit<HostSpec, "name" | "role"> & {
  /** What reports call the host: its name, else its address. */
  readonly name: string;
  /** The node's name where the file gives one; the host's own hostname otherwise. */
  readonly nodeName?: string;
  readonly role: Role;
  readonly isControlPlane: boolean;
  readonly isWorker: boolean;
};

export function clusterOf({ metadata, spec: { hosts, ...settings } }: ClusterDocument): Cluster {
  const roles = rolesOf(hosts);
  return { name: metadata.name, settings, hosts: hosts.map((host, index) => hostOf(host, roles[index] ?? "worker")) };
}

/** Without a role, the first host is the control plane (and a worker too when it is alone), the others are workers. */
export function rolesOf(hosts: readonly HostSpec[]): Role[] {
  const isAnyGiven = hosts.some(({ role }) => role !== undefined);
  const first: Role = hosts.length === 1 ? "control-plane+worker" : "control-plane";
  return hosts.map(({ role }, index) => role ?? (index === 0 && !isAnyGiven ? first : "worker"));
}

function hostOf({ name, role: _, ...rest }: HostSpec, role: Role): ClusterHost {
  return {
    ...rest,
    name: name ?? rest.ssh?.address ?? "localhost",
    ...(name && { nodeName: name }),
    role,
    isControlPlane: role !== "worker",
    isWorker: role !== "control-plane",
  };
}
