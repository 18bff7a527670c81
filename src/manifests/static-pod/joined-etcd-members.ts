import { commandValue, manifestCommand } from "./manifest-command.ts";

/** A member of the etcd cluster: its name and its peer URL. */
export type EtcdMember = { readonly name: string; readonly peerUrl: string };

/** etcd's word for a member that joins others, for --initial-cluster-state. */
export const existing = "existing";

/** What --initial-cluster says. */
export function initialCluster(members: readonly EtcdMember[]): string {
  return members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(",");
}

/**
 * The members that a manifest of etcd joins. etcd looks at them at its first start only, so the manifest keeps them when the
 * cluster has grown since; none for a member that began its cluster, and for a text that is no manifest.
 */
export function joinedEtcdMembers(manifest: string | undefined): readonly EtcdMember[] {
  const command = manifestCommand(manifest);
  if (commandValue(command, "initial-cluster-state") !== existing) return [];
  return (commandValue(command, "initial-cluster") ?? "").split(",").flatMap((one) => {
    const [, name, peerUrl] = /^([^=]+)=(.+)$/.exec(one) ?? [];
    return name && peerUrl ? [{ name, peerUrl }] : [];
  });
}
