import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { messageOf } from "../../base/errors.ts";
import { selfSignedCertificate } from "../../x509/self-signed.ts";
import type { KubeClient } from "../client.ts";
import { connectionFromKubeconfigFile } from "../connection.ts";
import { createKubeClient } from "../create-kube-client.ts";
import { delegatedAuth } from "../serving/delegated-auth.ts";
import type { HealthCheck } from "../serving/health.ts";
import { type Metrics, processMetrics } from "../serving/metrics.ts";
import { startServing } from "../serving/serving.ts";
import { tlsSettings } from "../serving/tls-settings.ts";
import type { Trust } from "../serving/trust.ts";
import { needsLookup, publishedTrust, trustOf } from "../serving/trust-source.ts";
import type { Component, ComponentFlags } from "./component-flags.ts";

/** CAs of the cluster are renewed while components run. */
const lookupEveryMs = 60_000;

export type ServedParts = {
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  readonly signal: AbortSignal;
};

/**
 * The HTTPS port of a component, as upstream's: health is open; everything else is for whom the API server lets in, by
 * client certificate, front proxy or token. Without --authentication-kubeconfig tokens mean nothing, without
 * --authorization-kubeconfig nobody is let in.
 */
export async function serveComponent(
  component: Component,
  flags: ComponentFlags,
  { metrics, checks, signal }: ServedParts,
): Promise<{ port: number; close: () => void }> {
  metrics.beforeReading(processMetrics(metrics));
  const clients = {
    authentication: clientOf(component, flags["authentication-kubeconfig"]),
    authorization: clientOf(component, flags["authorization-kubeconfig"]),
  };
  const trust = await trustSource(component, flags, { client: clients.authentication, signal });
  const server = await startServing({
    ...servingPair(component, flags),
    tls: tlsSettings(flags["tls-min-version"], flags["tls-cipher-suites"]),
    bindAddress: flags["bind-address"],
    port: component.port,
    trust,
    auth: delegatedAuth(clients),
    alwaysAllowPaths: flags["authorization-always-allow-paths"],
    checks,
    pages: {
      "/metrics": () => ({ contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics.text() }),
    },
    now: () => new Date(),
  });
  return {
    port: server.port,
    close: () => {
      server.close();
      for (const client of Object.values(clients)) client?.close();
    },
  };
}

function clientOf({ name }: Component, kubeconfig: string): KubeClient | undefined {
  if (kubeconfig === "") return undefined;
  return createKubeClient(connectionFromKubeconfigFile(kubeconfig), { userAgent: `${name}/slipway` });
}

function servingPair({ name }: Component, flags: ComponentFlags): { cert: string; key: string } {
  const { "tls-cert-file": certPath, "tls-private-key-file": keyPath } = flags;
  if (certPath && keyPath) return { cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") };
  const identity = {
    commonName: `${name}@${hostname()}`,
    dnsNames: ["localhost", hostname()],
    ipAddresses: ["127.0.0.1"],
  };
  return selfSignedCertificate(identity, new Date(Date.now() - 3_600_000));
}

type Lookup = { readonly client: KubeClient | undefined; readonly signal: AbortSignal };

/** Trust of the flags, completed and kept up to date from what the cluster publishes. */
async function trustSource(
  component: Component,
  flags: ComponentFlags,
  { client, signal }: Lookup,
): Promise<() => Trust> {
  const given = {
    clientCa: read(flags["client-ca-file"]),
    proxyCa: read(flags["requestheader-client-ca-file"]),
    allowedNames: flags["requestheader-allowed-names"],
    usernameHeaders: flags["requestheader-username-headers"],
    groupHeaders: flags["requestheader-group-headers"],
  };
  let trust = trustOf(given);
  if (!client || flags["authentication-skip-lookup"] || !needsLookup(given)) return () => trust;
  const lookUp = async () => {
    trust = trustOf(given, await publishedTrust(client, signal));
  };
  const warn = (thrown: unknown) =>
    component.log("W", "could not look up whom the cluster trusts", { error: messageOf(thrown) });
  await lookUp().catch((thrown) => {
    if (!flags["authentication-tolerate-lookup-failure"]) throw thrown;
    warn(thrown);
  });
  const timer = setInterval(() => void lookUp().catch(warn), lookupEveryMs);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return () => trust;
}

function read(path: string): string | undefined {
  return path === "" ? undefined : readFileSync(path, "utf8");
}
