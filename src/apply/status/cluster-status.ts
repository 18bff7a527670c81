import type { ClusterFile } from "../../config/cluster/parse-cluster.ts";
import type { HostSource } from "../../phases/engine/run/workflow-run.ts";
import { type ApiStatus, apiStatus } from "./api-status.ts";
import type { Drift, HostDrift } from "./drift.ts";
import { type HostStatus, hostStatus } from "./host-status.ts";

/** How a cluster is, as its hosts and its API tell. */
export type ClusterStatus = {
  /** With what `plan` would put right on each, where that was asked. */
  readonly hosts: readonly (HostStatus & Partial<HostDrift>)[];
  readonly api: ApiStatus;
};

/** Asks every host and the API; what does not answer is told as such, nothing rejects. */
export async function clusterStatus(
  file: ClusterFile,
  sources: readonly HostSource[],
  finding: Promise<Drift>,
): Promise<ClusterStatus> {
  const { hosts: wished } = file.cluster;
  const nodeNames = new Set(wished.map(({ nodeName, name }) => nodeName ?? name));
  const controlPlanes = new Set(wished.flatMap(({ name, isControlPlane }) => (isControlPlane ? [name] : [])));
  const roles = new Map(wished.map(({ name, role }) => [name, role]));
  const [hosts, api, drift] = await Promise.all([
    Promise.all(sources.map((source) => hostStatus(file, source, roles.get(source.name) ?? ""))),
    apiStatus(
      sources.filter(({ name }) => controlPlanes.has(name)),
      nodeNames,
    ),
    finding,
  ]);
  return { hosts: hosts.map((host) => (host.kind === "reached" ? { ...host, ...drift.get(host.name) } : host)), api };
}
