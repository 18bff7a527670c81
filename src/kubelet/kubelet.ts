import { mkdir } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { containerLogsDir } from "./cri/log-paths.ts";
import { Pleg } from "./cri/pleg.ts";
import { RuntimeMonitor } from "./cri/runtime-status.ts";
import type { Ground } from "./ground.ts";
import { findGround } from "./ground.ts";
import { apiLink } from "./kubelet-api.ts";
import type { KubeletDeps } from "./kubelet-deps.ts";
import type { KubeletParts } from "./kubelet-parts.ts";
import { kubeletParts } from "./kubelet-parts.ts";
import { kubeletPeriodics } from "./kubelet-periodics.ts";
import { serveKubelet } from "./kubelet-serving.ts";
import type { ApiLink } from "./node/api-link.ts";
import { PressureMonitor } from "./node/pressure-monitor.ts";
import { readSignals } from "./node/read-signals.ts";
import { ShutdownManager } from "./node/shutdown/shutdown-manager.ts";
import { shutdownPeriods } from "./node/shutdown/shutdown-order.ts";
import { partsContext } from "./parts-context.ts";
import { startPeriodics } from "./periodic.ts";
import { startSources } from "./pods/sources/pod-sources.ts";
import { startHealthz } from "./server/healthz.ts";
import type { KubeletSettings } from "./settings.ts";

export type Kubelet = { stop(): Promise<void> };

const runtimeCheckMs = 5000;
/** How long a stopping kubelet waits for sandboxes and containers that it is making. */
const finishWithinMs = 5000;

/** Runs the kubelet until it is stopped; pods go on running after that. */
export async function startKubelet(settings: KubeletSettings, deps: KubeletDeps): Promise<Kubelet> {
  const { config, flags } = settings;
  const ground = await findGround(settings, deps.log);
  const stop = new AbortController();
  const monitor = new RuntimeMonitor(ground.cri, () => {
    link?.nudgeNode();
    for (const worker of parts.workers.all()) worker.wake();
  });
  const pressure = pressureMonitor(settings, deps, { ground, onTurn: () => link?.nudgeNode() });
  const problems = () =>
    [monitor.health.runtimeProblem, monitor.health.networkProblem, pleg.problem(), shutdown.problem].filter(
      (one) => one !== undefined,
    );
  const link: ApiLink | undefined = apiLink({
    ...ground,
    ...deps,
    flags,
    config,
    pressure,
    signal: stop.signal,
    problems,
  });
  const parts: KubeletParts = kubeletParts(
    partsContext(settings, deps, {
      ground,
      monitor,
      pressure,
      link,
      shutdown: () => shutdown,
      wake: (uid) => parts.workers.wake(uid),
    }),
  );
  const pleg: Pleg = startPleg(settings, deps, parts);
  const shutdown: ShutdownManager = new ShutdownManager({
    periods: shutdownPeriods(config),
    ...parts,
    log: deps.log,
    onShutdown: () => link?.nudgeNode(),
  });
  const problem = () => monitor.health.runtimeProblem ?? pleg.problem();
  await mkdir(join(flags.rootDir, "pods"), { recursive: true, mode: 0o750 });
  const [healthz] = await Promise.all([
    serveHealthz(settings, problem),
    parts.cgroups.start(),
    monitor.start(runtimeCheckMs),
    pleg.start(),
  ]);
  const common = { ...ground, ...deps, config, parts, link, pressure, listing: () => pleg.listing };
  const sources = startSources({ ...common, workers: parts.workers });
  const periodics = startPeriodics(kubeletPeriodics({ ...common, settings, sources, containerLogsDir }), deps.log);
  runLink(link, parts, deps);
  await shutdown.start();
  const server = await serveKubelet({ ...common, kubeletRoot: flags.rootDir, signal: stop.signal, problem });
  return {
    async stop() {
      stop.abort();
      for (const part of [link, shutdown, sources, periodics, pleg, monitor]) part?.stop();
      server.close();
      healthz?.close();
      // The runtime abandons calls whose caller goes away, and does not always clean up after itself then.
      await parts.workers.stop(finishWithinMs);
      ground.cri.close();
    },
  };
}

function pressureMonitor(
  { config, flags }: KubeletSettings,
  { uptimeMs }: KubeletDeps,
  { ground, onTurn }: { ground: Ground; onTurn(): void },
): PressureMonitor {
  return new PressureMonitor({
    evictionHard: config.evictionHard,
    holdMs: config.evictionPressureTransitionPeriodMs,
    uptimeMs,
    read: () => readSignals(flags.rootDir, ground.imageRoot),
    onTurn,
  });
}

function startPleg({ config }: KubeletSettings, { log, uptimeMs }: KubeletDeps, parts: KubeletParts): Pleg {
  const { view, workers, oomKills } = parts;
  const pleg = new Pleg({
    view,
    endpoint: config.containerRuntimeEndpoint,
    log,
    uptimeMs,
    onChange: (uid) => workers.wake(uid),
    onOom: (id) => {
      oomKills.note(id);
      for (const [uid, { containers }] of pleg.listing) if (containers.some((one) => one.id === id)) workers.wake(uid);
    },
  });
  return pleg;
}

async function serveHealthz(
  { config }: KubeletSettings,
  problem: () => string | undefined,
): Promise<Server | undefined> {
  if (config.healthzPort === 0) return undefined;
  return startHealthz({ address: config.healthzBindAddress, port: config.healthzPort }, problem);
}

function runLink(link: ApiLink | undefined, { workers }: KubeletParts, { onFatal }: KubeletDeps): void {
  link
    ?.run({
      podSet: (pod) => workers.apply(pod),
      podGone: (pod) => workers.remove(pod),
    })
    .catch(onFatal);
}
