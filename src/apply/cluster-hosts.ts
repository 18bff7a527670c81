import { SlipwayError } from "../base/errors.ts";
import type { Cluster, ClusterHost } from "../config/cluster/cluster.ts";
import { hostAddress } from "../config/cluster/host-address.ts";
import { connectHost } from "../hosts/connect.ts";
import type { Host } from "../hosts/host.ts";
import type { Surroundings } from "../hosts/surroundings.ts";
import type { HostSource } from "../phases/engine/run/workflow-run.ts";

/** The hosts of a cluster file: each is connected once, when it is first asked for, and closed with the others. */
export class ClusterHosts {
  readonly sources: readonly HostSource[];
  private readonly connections = new Map<string, Promise<Host>>();

  /** `only` are names of hosts; all of them unless given. Rejects names that the file does not have. */
  constructor(cluster: Cluster, around: Surroundings, only: readonly string[] = []) {
    this.sources = selected(cluster.hosts, only).map((host) => ({
      name: host.name,
      connect: () => this.connected(host, around),
    }));
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.connections.values());
    await Promise.allSettled(opened.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
  }

  private connected(host: ClusterHost, around: Surroundings): Promise<Host> {
    const open = this.connections.get(host.name) ?? connectHost(hostAddress(host), around);
    this.connections.set(host.name, open);
    return open;
  }
}

function selected(hosts: readonly ClusterHost[], only: readonly string[]): readonly ClusterHost[] {
  const unknown = only.filter((name) => !hosts.some((host) => host.name === name));
  if (unknown.length > 0) {
    throw new SlipwayError({
      code: "UNKNOWN_HOST_NAME",
      exit: "usage",
      message: `no such host in the cluster file: ${unknown.join(", ")}`,
      remedy: `choose from ${hosts.map(({ name }) => name).join(", ")}`,
    });
  }
  return only.length === 0 ? hosts : hosts.filter(({ name }) => only.includes(name));
}
