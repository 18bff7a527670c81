import type { ClusterHost } from "../../config/cluster/cluster.ts";

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
