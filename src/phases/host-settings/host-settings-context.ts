import type { ClusterHost } from "../../config/cluster/cluster.ts";
import type { Facts } from "../../hosts/facts.ts";

/** What the cluster file says of single hosts; absent where a workflow has no cluster file. */
export type HostSettingsContext = {
  readonly hostSettings?: {
    /** By the host's name in reports. */
    readonly hosts: ReadonlyMap<string, ClusterHost>;
    /** The cluster file's folder: local paths in it are relative to that. */
    readonly folder: string;
  };
};

export function settingsOf(
  { hostSettings }: HostSettingsContext,
  { host }: { host: { name: string } },
): ClusterHost | undefined {
  return hostSettings?.hosts.get(host.name);
}

/** A host's variables: those that the cluster file gives it, or without such a file the proxies that it has, as with kubeadm. */
export function environmentOf(
  context: HostSettingsContext,
  target: { readonly host: { readonly name: string }; readonly facts: Pick<Facts, "proxies"> },
): Readonly<Record<string, string>> {
  if (context.hostSettings === undefined) return target.facts.proxies;
  return settingsOf(context, target)?.environment ?? {};
}
