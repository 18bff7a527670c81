import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { until } from "../base/until.ts";
import type { CriClient } from "../kube/cri/client.ts";
import { criClient } from "../kube/cri/client.ts";
import { isStaticPod } from "./api/pod.ts";
import { CgroupManager } from "./cgroups/cgroup-manager.ts";
import type { CgroupHierarchy } from "./cgroups/hierarchy.ts";
import { cgroupHierarchy } from "./cgroups/hierarchy.ts";
import { Pleg } from "./cri/pleg.ts";
import { RuntimeMonitor } from "./cri/runtime-status.ts";
import { ApiConfigStore } from "./env/api-config-store.ts";
import { apiEvents } from "./events/api-events.ts";
import { logEvents } from "./events/log-events.ts";
import { apiLink } from "./kubelet-api.ts";
import type { KubeletParts, PartsContext } from "./kubelet-parts.ts";
import { kubeletParts } from "./kubelet-parts.ts";
import { kubeletPeriodics } from "./kubelet-periodics.ts";
import { serveKubelet } from "./kubelet-serving.ts";
import type { Log } from "./log.ts";
import { parseResolvConf } from "./network/pod-dns.ts";
import type { NodeResources } from "./node/allocatable.ts";
import { nodeResources } from "./node/allocatable.ts";
import type { ApiLink } from "./node/api-link.ts";
import { requireFitHost, setKernelDefaults } from "./node/host-requirements.ts";
import type { Machine } from "./node/machine.ts";
import { readDisk, readMachine } from "./node/machine.ts";
import { nodeAddresses } from "./node/registration/node-addresses.ts";
import { nodeName } from "./node/registration/node-name.ts";
import { ShutdownManager } from "./node/shutdown/shutdown-manager.ts";
import { startPeriodics } from "./periodic.ts";
import { refusePod } from "./pods/admission.ts";
import { startSources } from "./pods/sources/pod-sources.ts";
import { startHealthz } from "./server/healthz.ts";
import type { KubeletSettings } from "./settings.ts";
import { claimPlugin } from "./volumes/claim.ts";
import { emptyDirPlugin } from "./volumes/empty-dir.ts";
import { kubeletPaths } from "./volumes/paths.ts";
import { hostPathPlugin } from "./volumes/pod-volumes.ts";
import { projectedPlugin } from "./volumes/projected.ts";
import { TokenSource } from "./volumes/token-source.ts";

export type KubeletDeps = {
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  /** The version of Kubernetes that this kubelet speaks for: v1.36.2. */
  readonly version: string;
  /** Called when there is no way on; the process should end. */
  onFatal(thrown: unknown): void;
};

export type Kubelet = { stop(): Promise<void> };

const containerLogsDir = "/var/log/containers";
const runtimeCheckMs = 5000;
/** How long a stopping kubelet waits for sandboxes and containers that it is making. */
const finishWithinMs = 5000;
/** How long pods share what was read of a ConfigMap or Secret. */
const configTtlMs = 10_000;

/** What the kubelet found when it started: the machine, the runtime, and its own name. */
type Ground = {
  readonly cri: CriClient;
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly machine: Machine;
  readonly cgroups: CgroupHierarchy;
  readonly resources: NodeResources;
  readonly nodeName: string;
  readonly certDir: string;
  addresses(): readonly string[];
};

/** Runs the kubelet until it is stopped; pods go on running after that. */
export async function startKubelet(settings: KubeletSettings, deps: KubeletDeps): Promise<Kubelet> {
  const { config, flags } = settings;
  const ground = await findGround(settings, deps);
  const stop = new AbortController();
  const monitor = new RuntimeMonitor(ground.cri, () => {
    link?.nudgeNode();
    for (const worker of parts.workers.all()) worker.wake();
  });
  const problems = () =>
    [monitor.health.runtimeProblem, monitor.health.networkProblem, pleg.problem(), shutdown.problem].filter(
      (one) => one !== undefined,
    );
  const link: ApiLink | undefined = apiLink({ ...ground, ...deps, flags, config, signal: stop.signal, problems });
  const parts: KubeletParts = kubeletParts(
    partsContext(settings, deps, { ground, monitor, link, shutdown: () => shutdown }),
  );
  const pleg: Pleg = startPleg(settings, deps, parts);
  const shutdown: ShutdownManager = new ShutdownManager({
    totalMs: config.shutdownGracePeriodMs,
    criticalMs: config.shutdownGracePeriodCriticalPodsMs,
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
  const sources = startSources({ config, nodeName: ground.nodeName, workers: parts.workers, link, ...deps });
  const periodics = startPeriodics(
    kubeletPeriodics({ ...ground, ...deps, settings, parts, containerLogsDir, sources, listing: () => pleg.listing }),
    deps.log,
  );
  runLink(link, parts, deps);
  await shutdown.start();
  const server = await serveKubelet({
    ...ground,
    ...deps,
    config,
    parts,
    link,
    kubeletRoot: flags.rootDir,
    signal: stop.signal,
    listing: () => pleg.listing,
    problem,
  });
  return {
    async stop() {
      stop.abort();
      link?.stop();
      shutdown.stop();
      sources.stop();
      periodics.stop();
      pleg.stop();
      monitor.stop();
      server.close();
      healthz?.close();
      // The runtime abandons calls whose caller goes away, and does not always clean up after itself then.
      await parts.workers.stop(finishWithinMs);
      ground.cri.close();
    },
  };
}

async function findGround({ flags, config }: KubeletSettings, { log }: KubeletDeps): Promise<Ground> {
  const cri = criClient(config.containerRuntimeEndpoint);
  const { runtimeName, runtimeVersion } = await until(() => cri.version({}, { deadlineMs: 2000 }), {
    for: `the container runtime at ${config.containerRuntimeEndpoint}`,
    withinMs: 120_000,
    everyMs: 200,
  });
  log.info("Container runtime initialized", { containerRuntime: runtimeName, version: runtimeVersion });
  const machine = readMachine(process.arch);
  const cgroups = cgroupHierarchy(readFileSync("/proc/self/mountinfo", "utf8"));
  requireFitHost(config, machine, cgroups.version);
  await setKernelDefaults(config.protectKernelDefaults, log);
  return {
    cri,
    cgroups,
    runtimeName,
    runtimeVersion: `${runtimeName}://${runtimeVersion.split("~")[0]}`,
    machine,
    resources: nodeResources(machine, readDisk("/"), config),
    nodeName: nodeName(flags.hostnameOverride, hostname()),
    certDir: flags.certDir || join(flags.rootDir, "pki"),
    addresses: () => nodeAddresses(flags.nodeIp, networkInterfaces(), readFileSync("/proc/net/route", "utf8")),
  };
}

function startPleg({ config }: KubeletSettings, { log, now }: KubeletDeps, { view, workers }: KubeletParts): Pleg {
  return new Pleg({
    view,
    endpoint: config.containerRuntimeEndpoint,
    log,
    now,
    onChange: (uid) => workers.wake(uid),
    onOom: (id) => {
      for (const worker of workers.all()) {
        worker.memory.oomKilled.add(id);
        worker.wake();
      }
    },
  });
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

function partsContext(
  { flags, config }: KubeletSettings,
  { log, now, random, version }: KubeletDeps,
  {
    ground,
    monitor,
    link,
    shutdown,
  }: { ground: Ground; monitor: RuntimeMonitor; link: ApiLink | undefined; shutdown: () => ShutdownManager },
): PartsContext {
  const { machine, resources } = ground;
  const paths = kubeletPaths(flags.rootDir);
  const noApi = () => Promise.reject(new Error("this kubelet has no API server"));
  const client = () => link?.client() ?? noApi();
  const configStore = new ApiConfigStore(client, { ttlMs: configTtlMs, now });
  const tokens = new TokenSource(client, { now, random });
  const node = {
    nodeName: ground.nodeName,
    hostIPs: ground.addresses,
    memoryCapacityBytes: machine.memoryBytes,
    allocatable: resources.allocatable,
  };
  return {
    ...ground,
    config,
    paths,
    log,
    now,
    node,
    cgroupManager: new CgroupManager(ground.cgroups, config.cgroupDriver, log),
    containerLogsDir,
    userAgent: `kube-probe/${version.replace(/^v(\d+\.\d+).*$/, "$1")}`,
    plugins: [
      hostPathPlugin,
      emptyDirPlugin(paths, machine.memoryBytes),
      claimPlugin(client),
      projectedPlugin({ paths, config: configStore, tokens, node }),
    ],
    configStore,
    events: apiEvents(() => link?.recorder, logEvents(log)),
    hostDns: async () => parseResolvConf(await readFile(config.resolvConf, "utf8").catch(() => "")),
    services: (pod) => link?.services ?? (link && !isStaticPod(pod) ? undefined : []),
    networkProblem: () => monitor.health.networkProblem,
    refuse: (pod, others) =>
      shutdown().refusal() ??
      refusePod(pod, {
        others,
        allocatable: resources.allocatable,
        labels: link?.nodeLabels,
        allowedUnsafeSysctls: config.allowedUnsafeSysctls,
      }),
    onNewPod: (pod) => configStore.refresh(pod.metadata.namespace ?? ""),
    onStatus: (pod, status) => link?.writer.set(pod, status),
    onReleased: (pod, status) => link?.writer.release(pod, status),
    onFinished: (pod) => {
      tokens.forget(pod.metadata.uid ?? "");
      link?.writer.forget(pod.metadata.uid ?? "");
    },
  };
}
