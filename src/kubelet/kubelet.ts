import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { hostname, networkInterfaces } from "node:os";
import { until } from "../base/until.ts";
import type { CriClient } from "../kube/cri/client.ts";
import { criClient } from "../kube/cri/client.ts";
import { CgroupManager, cgroupHierarchy } from "./cgroups/cgroup-manager.ts";
import { Pleg } from "./cri/pleg.ts";
import { RuntimeMonitor } from "./cri/runtime-status.ts";
import { logEvents } from "./events/log-events.ts";
import type { KubeletParts, PartsContext } from "./kubelet-parts.ts";
import { kubeletParts } from "./kubelet-parts.ts";
import type { Log } from "./log.ts";
import { parseResolvConf } from "./network/pod-dns.ts";
import { nodeResources } from "./node/allocatable.ts";
import { readDisk, readMachine } from "./node/machine.ts";
import { nodeAddresses } from "./node/node-addresses.ts";
import { nodeName } from "./node/node-name.ts";
import { cleanUpOrphans } from "./pods/housekeeping.ts";
import { watchManifests } from "./pods/manifest-directory.ts";
import { startHealthz } from "./server/healthz.ts";
import type { KubeletSettings } from "./settings.ts";
import { emptyDirPlugin } from "./volumes/empty-dir.ts";
import { kubeletPaths } from "./volumes/paths.ts";
import { hostPathPlugin } from "./volumes/pod-volumes.ts";

export type KubeletDeps = {
  readonly log: Log;
  readonly now: () => number;
  /** Go's word for the version: v1.36.2. */
  readonly version: string;
};

export type Kubelet = { stop(): Promise<void> };

const containerLogsDir = "/var/log/containers";
const housekeepingMs = 2000;
const runtimeCheckMs = 5000;

/** Runs the kubelet until it is stopped; pods go on running after that. */
export async function startKubelet(settings: KubeletSettings, deps: KubeletDeps): Promise<Kubelet> {
  const { config } = settings;
  const { log, now } = deps;
  const cri = criClient(config.containerRuntimeEndpoint);
  const runtime = await until(() => cri.version({}, { deadlineMs: 2000 }), {
    for: `the container runtime at ${config.containerRuntimeEndpoint}`,
    withinMs: 120_000,
    everyMs: 200,
  });
  log.info("Container runtime initialized", { containerRuntime: runtime.runtimeName, version: runtime.runtimeVersion });
  const monitor = new RuntimeMonitor(cri, () => {
    for (const worker of parts.workers.all()) worker.wake();
  });
  const parts: KubeletParts = kubeletParts(
    partsContext(settings, deps, { cri, monitor, runtimeName: runtime.runtimeName }),
  );
  const pleg = new Pleg({
    view: parts.view,
    endpoint: config.containerRuntimeEndpoint,
    log,
    now,
    onChange: (uid) => parts.workers.wake(uid),
    onOom: (id) => {
      for (const worker of parts.workers.all()) worker.memory.oomKilled.add(id);
    },
  });
  await mkdir(`${settings.flags.rootDir}/pods`, { recursive: true, mode: 0o750 });
  const [healthz] = await Promise.all([
    serveHealthz(settings, () => monitor.health.runtimeProblem ?? pleg.problem()),
    parts.cgroups.start(),
    monitor.start(runtimeCheckMs),
    pleg.start(),
  ]);
  const sources = startSources(settings, deps, { parts, pleg });
  return {
    async stop() {
      sources.stop();
      pleg.stop();
      monitor.stop();
      parts.workers.stop();
      healthz?.close();
      cri.close();
    },
  };
}

async function serveHealthz(
  { config }: KubeletSettings,
  problem: () => string | undefined,
): Promise<Server | undefined> {
  if (config.healthzPort === 0) return undefined;
  return startHealthz({ address: config.healthzBindAddress, port: config.healthzPort }, problem);
}

/** Pods come from the manifest directory; once every source has spoken, what belongs to none is cleaned up. */
function startSources(
  { config, flags }: KubeletSettings,
  { log, now }: KubeletDeps,
  { parts, pleg }: { parts: KubeletParts; pleg: Pleg },
): { stop(): void } {
  const { workers } = parts;
  let ready = config.staticPodPath === "";
  const directory =
    config.staticPodPath === ""
      ? undefined
      : watchManifests({
          path: config.staticPodPath,
          nodeName: nodeName(flags.hostnameOverride, hostname()),
          everyMs: config.fileCheckFrequencyMs,
          log,
          now: () => new Date(now()),
          onPods: (pods) => {
            const uids = new Set(pods.map(({ metadata }) => metadata.uid));
            for (const { pod } of workers.all()) if (!uids.has(pod.metadata.uid)) workers.remove(pod);
            for (const pod of pods) workers.apply(pod);
            ready = true;
          },
        });
  let cleaning = false;
  const housekeeping = setInterval(() => {
    if (!ready || cleaning) return;
    cleaning = true;
    void cleanUpOrphans({
      ...parts,
      paths: kubeletPaths(flags.rootDir),
      podLogsDir: config.podLogsDir,
      containerLogsDir,
      listing: () => pleg.listing,
    })
      .catch((thrown) => log.error("Failed cleaning pods", { err: thrown }))
      .finally(() => {
        cleaning = false;
      });
  }, housekeepingMs);
  return {
    stop: () => {
      directory?.stop();
      clearInterval(housekeeping);
    },
  };
}

function partsContext(
  { flags, config }: KubeletSettings,
  { log, now, version }: KubeletDeps,
  { cri, monitor, runtimeName }: { cri: CriClient; monitor: RuntimeMonitor; runtimeName: string },
): PartsContext {
  const paths = kubeletPaths(flags.rootDir);
  const machine = readMachine(process.arch);
  const resources = nodeResources(machine, readDisk("/"), config);
  const hierarchy = cgroupHierarchy(readFileSync("/proc/self/mountinfo", "utf8"));
  return {
    cri,
    config,
    paths,
    log,
    now,
    resources,
    node: {
      nodeName: nodeName(flags.hostnameOverride, hostname()),
      hostIPs: () => nodeAddresses(flags.nodeIp, networkInterfaces(), readFileSync("/proc/net/route", "utf8")),
      memoryCapacityBytes: machine.memoryBytes,
      allocatable: resources.allocatable,
    },
    cgroupManager: new CgroupManager(hierarchy, config.cgroupDriver, log),
    runtimeName,
    containerLogsDir,
    userAgent: `kube-probe/${version.replace(/^v(\d+\.\d+).*$/, "$1")}`,
    plugins: [hostPathPlugin, emptyDirPlugin(paths, machine.memoryBytes)],
    configStore: { configMap: async () => undefined, secret: async () => undefined },
    events: logEvents(log),
    hostDns: async () => parseResolvConf(await readFile(config.resolvConf, "utf8").catch(() => "")),
    services: () => [],
    networkProblem: () => monitor.health.networkProblem,
    verdictOn: () => undefined,
    onStatus: () => undefined,
    onReleased: () => undefined,
    onFinished: () => undefined,
  };
}
