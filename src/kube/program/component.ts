import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { messageOf } from "../../base/errors.ts";
import type { Connection, KubeClient } from "../client.ts";
import { connectionFromKubeconfigFile, inClusterConnection } from "../connection.ts";
import { createKubeClient } from "../create-kube-client.ts";
import { LeaderElection } from "../leader-election/leader-election.ts";
import { clientMetrics } from "../serving/client-metrics.ts";
import { Metrics } from "../serving/metrics.ts";
import type { Component, ComponentFlags } from "./component-flags.ts";
import { serveComponent } from "./serve-component.ts";

/** What a component does once it leads; ends when the signal aborts. `held` is the fence of its writes. */
export type Lead = (context: {
  client: KubeClient;
  held: () => boolean;
  metrics: Metrics;
  signal: AbortSignal;
}) => Promise<void>;

/**
 * Runs a component as upstream's do: HTTPS health from the start, then leadership, then work. Resolves when the signal
 * aborts, giving the lease back; rejects with LEASE_LOST when another leads, so that the process ends.
 */
export async function runComponent(
  component: Component,
  flags: ComponentFlags,
  lead: Lead,
  signal: AbortSignal,
): Promise<void> {
  try {
    await serveAndLead(component, flags, lead, signal);
  } catch (thrown) {
    // what was broken off by the signal is no failure
    if (!signal.aborted) throw thrown;
  }
}

async function serveAndLead(
  component: Component,
  flags: ComponentFlags,
  lead: Lead,
  signal: AbortSignal,
): Promise<void> {
  const connection = connectionOf(flags);
  const metrics = new Metrics();
  const client = createKubeClient(connection, {
    userAgent: `${component.name}/slipway`,
    answered: clientMetrics(metrics, connection.server),
  });
  const election = electionOf(component, flags, client);
  showLeadership(metrics, flags["leader-elect-resource-name"] || component.name, election);
  const leading = { since: 0 };
  const stopped = new AbortController();
  const serving = await serveComponent(component, flags, {
    metrics,
    checks: [
      { name: "ping", on: ["livez", "readyz"], failure: () => undefined },
      { name: "leaderElection", on: ["livez", "readyz"], failure: () => lost(leading, election) },
    ],
    signal: AbortSignal.any([signal, stopped.signal]),
  });
  component.log("I", "Serving securely", { address: flags["bind-address"], port: serving.port });
  try {
    if (!flags["leader-elect"]) return await lead({ client, held: () => true, metrics, signal });
    await leadWhileHeld(
      component,
      election,
      async (until) => {
        leading.since = performance.now();
        await lead({ client, held: () => election.held(), metrics, signal: until });
      },
      signal,
    );
  } finally {
    stopped.abort();
    serving.close();
    client.close();
  }
}

/** The connection of --kubeconfig, or of the pod that this is; --master outranks its server. */
export function connectionOf({ kubeconfig, master }: ComponentFlags): Connection {
  const connection = kubeconfig ? connectionFromKubeconfigFile(kubeconfig) : inClusterConnection(process.env);
  return master ? { ...connection, server: master } : connection;
}

async function leadWhileHeld(
  { log }: Component,
  election: LeaderElection,
  lead: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  log("I", "Attempting to acquire leader lease...");
  await election.acquire(signal);
  log("I", "Successfully acquired lease");
  const work = new AbortController();
  const until = AbortSignal.any([signal, work.signal]);
  try {
    await Promise.race([
      election.keep(signal),
      lead(until).then(() => (signal.aborted ? undefined : new Promise<never>(() => undefined))),
    ]);
  } finally {
    work.abort();
    await election.release().catch((thrown) => log("W", "could not release the lease", { error: messageOf(thrown) }));
  }
}

function electionOf({ name }: Component, flags: ComponentFlags, client: KubeClient): LeaderElection {
  return new LeaderElection(client, {
    identity: `${hostname()}_${randomUUID()}`,
    namespace: flags["leader-elect-resource-namespace"],
    name: flags["leader-elect-resource-name"] || name,
    leaseDurationMs: flags["leader-elect-lease-duration"],
    renewDeadlineMs: flags["leader-elect-renew-deadline"],
    retryPeriodMs: flags["leader-elect-retry-period"],
  });
}

/** Upstream's gauge for who of several leads (client-go, leaderelection/metrics.go). */
function showLeadership(metrics: Metrics, name: string, election: LeaderElection): void {
  const status = metrics.gauge(
    "leader_election_master_status",
    "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master.",
  );
  metrics.beforeReading(() => status(election.held() ? 1 : 0, { name }));
}

/** A leader that could not renew is unhealthy, so that the kubelet restarts it if it hangs (upstream's leaderElection check). */
function lost(leading: { since: number }, election: LeaderElection): string | undefined {
  return leading.since > 0 && !election.held() ? "failed election to renew leadership on lease" : undefined;
}
