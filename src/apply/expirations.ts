import { messageOf } from "../base/errors.ts";
import type { ClusterFile } from "../config/cluster/parse-cluster.ts";
import { type ExpirationInfo, expirationInfo } from "../kubeconfig/lifetime/expiration.ts";
import { lookAtCredentials } from "../phases/cluster/found-credentials.ts";
import type { HostSource } from "../phases/engine/run/workflow-run.ts";
import { clusterConfigurationOf } from "./cluster-configuration.ts";

/** When the certificates on a control plane expire. */
export type HostExpirations =
  | { readonly kind: "read"; readonly host: string; readonly info: ExpirationInfo }
  | { readonly kind: "unreachable"; readonly host: string; readonly error: string };

/** Asks each of the control planes among these hosts; one that does not answer is told as such, nothing rejects. */
export async function expirationsOn(file: ClusterFile, sources: readonly HostSource[]): Promise<HostExpirations[]> {
  const cluster = clusterConfigurationOf(file);
  const names = new Set(file.cluster.hosts.flatMap(({ name, isControlPlane }) => (isControlPlane ? [name] : [])));
  const ask = async ({ name: host, connect }: HostSource): Promise<HostExpirations> => {
    try {
      const { existing } = await lookAtCredentials(await connect(), { cluster });
      return { kind: "read", host, info: expirationInfo({ cluster, existing }) };
    } catch (thrown) {
      return { kind: "unreachable", host, error: messageOf(thrown) };
    }
  };
  return Promise.all(sources.filter(({ name }) => names.has(name)).map(ask));
}
