import { SlipwayError } from "../base/errors.ts";
import type { Cluster, ClusterHost } from "../config/cluster/cluster.ts";
import { hostAddress } from "../config/cluster/host-address.ts";
import { type Connector, hostConnector } from "../hosts/connect.ts";
import type { Host } from "../hosts/host.ts";
import type { Surroundings } from "../hosts/surroundings.ts";
import type { HostSource } from "../phases/engine/run/workflow-run.ts";

/** The sources of some hosts by name, of all without names. Rejects names that there are not. */
export function selectedSources(sources: readonly HostSource[], only: readonly string[] = []): readonly HostSource[] {
  const unknown = only.filter((name) => !sources.some((source) => source.name === name));
  if (unknown.length > 0) {
    throw new SlipwayError({
      code: "UNKNOWN_HOST_NAME",
      exit: "usage",
      message: `no such host in the cluster file: ${unknown.join(", ")}`,
      remedy: `choose from ${sources.map(({ name }) => name).join(", ")}`,
    });
  }
  return only.length === 0 ? sources : sources.filter(({ name }) => only.includes(name));
}

/** The hosts of a cluster file: each is connected once, when it is first asked for, and closed with the others. */
export class ClusterHosts {
  readonly sources: readonly HostSource[];
  private readonly connections = new Map<string, Promise<Host>>();

  /** `only` are names of hosts; all of them unless given. Rejects names that the file does not have. */
  constructor(cluster: Cluster, around: Surroundings, only: readonly string[] = []) {
    const connect = hostConnector(around);
    const all = cluster.hosts.map((host) => ({ name: host.name, connect: () => this.connected(host, connect) }));
    this.sources = selectedSources(all, only);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.connections.values());
    await Promise.allSettled(opened.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
  }

  private connected(host: ClusterHost, connect: Connector): Promise<Host> {
    const open = this.connections.get(host.name) ?? connect(hostAddress(host));
    this.connections.set(host.name, open);
    return open;
  }
}
