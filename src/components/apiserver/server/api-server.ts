import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { formatCidr, nthAddress } from "../../../base/cidr.ts";
import { messageOf, SlipwayError } from "../../../base/errors.ts";
import { formatIp } from "../../../base/ip-address.ts";
import { unlessAborted } from "../../../base/unless-aborted.ts";
import type { Log } from "../../../kube/program/log.ts";
import { withdraw } from "../bootstrap/kubernetes-service.ts";
import { Definitions } from "../crd/definitions.ts";
import type { Flags } from "../flags/flags.ts";
import type { Routes } from "../http/router.ts";
import { createServer, listen, renewTls, type TlsMaterial } from "../http/server.ts";
import { Connections } from "./drain.ts";
import { audiencesOf } from "./gate.ts";
import type { HealthCheck } from "./health.ts";
import { HookStates } from "./hooks.ts";
import { InFlight } from "./in-flight.ts";
import { LiveMaterial } from "./live-material.ts";
import type { Material } from "./material.ts";
import { type Opened, openContext } from "./open-context.ts";
import { RequestMetrics } from "./request-metrics.ts";
import { routesOf } from "./routes.ts";
import { serve, upgradeOf } from "./serving.ts";
import { specialHandlers } from "./special-handlers.ts";
import { hookNames, startHooks } from "./start-hooks.ts";

export type ApiServer = {
  readonly port: number;
  /** Resolves when the first objects of the cluster are there. */
  readonly ready: Promise<void>;
  /** Stops taking requests, ends watches, and lets what is under way end. */
  close(): Promise<void>;
};

const closeWithinMs = 10_000;
/** Both together must leave something of the 30 s that a pod gets. */
const withdrawWithinMs = 5_000;

/** Starts the API server that the flags describe. Throws SlipwayError for flags and files that don't serve. */
export async function startApiServer(flags: Flags, log: Log): Promise<ApiServer> {
  const material = new LiveMaterial(flags);
  const stopping = new AbortController();
  const ended = new AbortController();
  const opened = await openContext(flags, material, { log, stopping: stopping.signal, ended: ended.signal });
  await Definitions.start(opened.context, (error) =>
    log("W", "Custom resource definition", { error: messageOf(error) }),
  );
  const states = new HookStates(hookNames);
  const address = flags["advertise-address"] || ownAddress();
  const inFlight = new InFlight({
    reading: flags["max-requests-inflight"],
    writing: flags["max-mutating-requests-inflight"],
  });
  const metrics = new RequestMetrics();
  const routes = serverRoutes(opened, { flags, material, states, stopping: stopping.signal, address });
  routes.paths.set("/metrics", metrics.endpoint(inFlight));
  const serving = { gate: opened.gate, routes, log, inFlight, metrics, timeoutMs: flags["request-timeout"] };
  const server = createServer(tlsOf(material.current), {
    request: (request, response) => void serve(serving, { request, response, warnings: [] }),
    upgrade: (request, socket, head) => void serve(serving, upgradeOf(request, socket, head)),
  });
  material.onChange((renewed) => renewTls(server, tlsOf(renewed)));
  material.follow(stopping.signal, {
    changed: () => log("I", "Certificates were read anew"),
    failed: (error) => log("W", "Changed certificates are not of use; the old ones stay", { error }),
  });
  const connections = new Connections(server);
  const port = await listen(server, { host: flags["bind-address"], port: flags["secure-port"] });
  const own = { address, port, clusterIp: firstServiceAddress(opened) };
  const root = flags["etcd-prefix"];
  const facts = () => ({
    clientCa: material.current.clientCa.pem,
    requestHeader: requestHeaderFacts(flags, material.current),
  });
  const compactEveryMs = flags["etcd-compaction-interval"];
  const ready = startHooks(
    {
      context: opened.context,
      root,
      server: own,
      serviceCidrs: opened.serviceCidrs.map(formatCidr),
      repairs: opened.repairs,
      facts,
      compactEveryMs,
      log,
    },
    states,
    stopping.signal,
  );
  const close = async () => {
    stopping.abort();
    // Load balancers see /readyz fail before connections are refused.
    await sleep(flags["shutdown-delay-duration"]);
    await unlessAborted(withdraw(opened.context, root, own), AbortSignal.timeout(withdrawWithinMs)).catch(
      (error: unknown) => log("W", "Leaving the endpoints failed", { error: messageOf(error) }),
    );
    await connections.drain(closeWithinMs);
    ended.abort();
    opened.context.store.etcd.channel.close();
  };
  return { port, ready, close };
}

function tlsOf({ tls, clientCa, requestHeaderCa }: Material): TlsMaterial {
  const authorities = [clientCa.pem, requestHeaderCa.pem].filter(Boolean);
  return { ...tls, ca: authorities.map((pem) => Buffer.from(pem)) };
}

type RouteParts = { flags: Flags; material: LiveMaterial; states: HookStates; stopping: AbortSignal; address: string };

function serverRoutes(
  { context, gate, rbac }: Opened,
  { flags, material, states, stopping, address }: RouteParts,
): Routes {
  const etcd: HealthCheck = {
    name: "etcd",
    problem: () => context.store.etcd.status().then(() => undefined, messageOf),
  };
  const live: HealthCheck[] = [
    { name: "ping", problem: () => undefined },
    { name: "log", problem: () => undefined },
    etcd,
    ...states.checks(),
  ];
  const shutdown: HealthCheck = {
    name: "shutdown",
    problem: () => (stopping.aborted ? "process is shutting down" : undefined),
  };
  const issuer = flags["service-account-issuer"][0] ?? "";
  const { signingKey: key, serviceAccountKeys: keys } = material.current;
  const tokens = gate.authentication.tokens;
  return routesOf({
    context,
    special: specialHandlers({
      rbac,
      tokens,
      issuer: key && { issuer, audiences: audiencesOf(flags), key },
      kubelets: {
        tls: () => material.current.kubeletClient,
        addressTypes: flags["kubelet-preferred-address-types"],
        connectWithinMs: flags["kubelet-timeout"],
      },
    }),
    live,
    ready: [...live, shutdown],
    address: `${address}:${flags["secure-port"]}`,
    issuer,
    keys,
  });
}

function requestHeaderFacts(flags: Flags, { requestHeaderCa }: Material): Record<string, string> {
  if (!requestHeaderCa.pem) return {};
  return {
    "requestheader-client-ca-file": requestHeaderCa.pem,
    "requestheader-allowed-names": JSON.stringify(flags["requestheader-allowed-names"]),
    "requestheader-username-headers": JSON.stringify(flags["requestheader-username-headers"]),
    "requestheader-group-headers": JSON.stringify(flags["requestheader-group-headers"]),
    "requestheader-extra-headers-prefix": JSON.stringify(flags["requestheader-extra-headers-prefix"]),
  };
}

function firstServiceAddress({ serviceCidrs }: Opened): string {
  const first = nthAddress(serviceCidrs[0], 1);
  if (!first)
    throw new SlipwayError({ code: "FLAG_INVALID", exit: "usage", message: "--service-cluster-ip-range is too small" });
  return formatIp(first);
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}
