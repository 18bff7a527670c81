import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { messageOf } from "../../base/errors.ts";
import type { Connection, KubeClient } from "../client.ts";
import { connectionFromKubeconfigFile, inClusterConnection } from "../connection.ts";
import { createKubeClient } from "../create-kube-client.ts";
import { LeaderElection } from "../leader-election/leader-election.ts";
import { Metrics } from "../serving/metrics.ts";
import type { FlagTable, FlagValues } from "./flags.ts";
import type { Log } from "./log.ts";
import { serveComponent } from "./serve-component.ts";

/** The flags that kube-controller-manager and kube-scheduler share. */
export const componentFlags = {
  kubeconfig: { kind: "string", default: "" },
  master: { kind: "string", default: "" },
  "authentication-kubeconfig": { kind: "string", default: "" },
  "authorization-kubeconfig": { kind: "string", default: "" },
  "authentication-skip-lookup": { kind: "boolean", default: "false" },
  "authentication-tolerate-lookup-failure": { kind: "boolean", default: "true" },
  "authorization-always-allow-paths": { kind: "strings", default: "/healthz,/readyz,/livez" },
  "bind-address": { kind: "string", default: "0.0.0.0" },
  "cert-dir": { kind: "string", default: "" },
  "tls-cert-file": { kind: "string", default: "" },
  "tls-private-key-file": { kind: "string", default: "" },
  "client-ca-file": { kind: "string", default: "" },
  "requestheader-client-ca-file": { kind: "string", default: "" },
  "requestheader-allowed-names": { kind: "strings", default: "" },
  "requestheader-username-headers": { kind: "strings", default: "x-remote-user" },
  "requestheader-group-headers": { kind: "strings", default: "x-remote-group" },
  "requestheader-extra-headers-prefix": { kind: "strings", default: "x-remote-extra-" },
  "leader-elect": { kind: "boolean", default: "true" },
  "leader-elect-lease-duration": { kind: "duration", default: "15s" },
  "leader-elect-renew-deadline": { kind: "duration", default: "10s" },
  "leader-elect-retry-period": { kind: "duration", default: "2s" },
  "leader-elect-resource-lock": { kind: "string", default: "leases" },
  "leader-elect-resource-name": { kind: "string", default: "" },
  "leader-elect-resource-namespace": { kind: "string", default: "kube-system" },
  "kube-api-qps": { kind: "number", default: "50" },
  "kube-api-burst": { kind: "number", default: "100" },
  profiling: { kind: "boolean", default: "true" },
  "feature-gates": { kind: "strings", default: "" },
  v: { kind: "number", default: "0" },
} as const satisfies FlagTable;
export type ComponentFlags = FlagValues<typeof componentFlags>;

/** What a component does once it leads; ends when the signal aborts. `held` is the fence of its writes. */
export type Lead = (context: {
  client: KubeClient;
  held: () => boolean;
  metrics: Metrics;
  signal: AbortSignal;
}) => Promise<void>;

export type Component = {
  readonly name: string;
  readonly port: number;
  readonly log: Log;
};

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
  const connection = flags.kubeconfig
    ? connectionFromKubeconfigFile(flags.kubeconfig)
    : inClusterConnection(process.env);
  const client = createKubeClient(flags.master ? { ...connection, server: flags.master } : connection, {
    userAgent: `${component.name}/slipway`,
  });
  const metrics = new Metrics();
  const election = electionOf(component, flags, client);
  const leading = { since: 0 };
  const stopped = new AbortController();
  const serving = await serveComponent(component, flags, {
    metrics,
    checks: [
      { name: "ping", on: ["livez", "readyz"], failure: () => undefined },
      { name: "leaderElection", on: ["livez", "readyz"], failure: () => lost(leading, election) },
    ],
    signal: stopped.signal,
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
  try {
    await election.acquire(signal);
  } catch (thrown) {
    if (signal.aborted) return;
    throw thrown;
  }
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

/** A leader that could not renew is unhealthy, so that the kubelet restarts it if it hangs (upstream's leaderElection check). */
function lost(leading: { since: number }, election: LeaderElection): string | undefined {
  return leading.since > 0 && !election.held() ? "failed election to renew leadership on lease" : undefined;
}
