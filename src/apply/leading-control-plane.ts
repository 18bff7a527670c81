import { SlipwayError } from "../base/errors.ts";
import type { Cluster } from "../config/cluster/cluster.ts";
import { adminKubeconfig, manifestsDir } from "../config/kubeadm/constants.ts";
import type { Host } from "../hosts/host.ts";
import type { Op } from "../hosts/op.ts";

/** How a control-plane host stands before a run. */
export type Standing = { readonly name: string; readonly kind: "has-cluster" | "empty" | "unreachable" };

/**
 * The control plane that a run works through, and that the others join: the first one of the file that holds the cluster
 * already, so that a dead or reinstalled host is no reason to begin another; in a new cluster the first of the file. Throws
 * CLUSTER_UNKNOWN where a host that does not answer may hold it.
 */
export async function leadingControlPlane(
  { hosts }: Cluster,
  hostNamed: (name: string) => Promise<Host>,
): Promise<string> {
  const names = hosts.flatMap(({ name, isControlPlane }) => (isControlPlane ? [name] : []));
  // a single one needs no question
  if (names.length < 2) return names[0] ?? "";
  return leader(await Promise.all(names.map((name) => standingOf(name, hostNamed))));
}

export function leader(standings: readonly Standing[]): string {
  const holder = standings.find(({ kind }) => kind === "has-cluster");
  if (holder) return holder.name;
  const [first] = standings;
  const silent = standings.flatMap(({ name, kind }) => (kind === "unreachable" ? [name] : []));
  // the first one that does not answer fails in the run, and what depends on it does not begin
  if (!first || first.kind === "unreachable" || silent.length === 0) return first?.name ?? "";
  throw new SlipwayError({
    code: "CLUSTER_UNKNOWN",
    exit: "connection",
    message: `none of the control planes that answer holds the cluster, and ${silent.join(", ")} may: it does not answer`,
    tried: `to find ${adminKubeconfig} on ${standings.map(({ name }) => name).join(", ")}`,
    remedy: "bring that host back, or take it out of the file when it is gone for good or was never part of a cluster",
  });
}

const evidence = [adminKubeconfig, `${manifestsDir}/kube-apiserver.yaml`];

async function standingOf(name: string, hostNamed: (name: string) => Promise<Host>): Promise<Standing> {
  try {
    const host = await hostNamed(name);
    const found = await host.batch(evidence.map((path): Op => ({ kind: "read", path, want: "stat" })));
    const isThere = found.every((result) => result.kind === "read" && result.state.kind === "file");
    return { name, kind: isThere ? "has-cluster" : "empty" };
  } catch {
    return { name, kind: "unreachable" };
  }
}
