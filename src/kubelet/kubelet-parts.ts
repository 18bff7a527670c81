import { endTask } from "../kube/containerd/tasks.ts";
import type { CriClient } from "../kube/cri/client.ts";
import type { Pod } from "./api/pod.ts";
import { isStaticPod } from "./api/pod.ts";
import type { PodStatus } from "./api/pod-status.ts";
import type { CgroupManager } from "./cgroups/cgroup-manager.ts";
import { kernelLog } from "./cgroups/kernel-log.ts";
import { OomKills } from "./cgroups/oom-kills.ts";
import { PodCgroups } from "./cgroups/pod-cgroups.ts";
import type { KubeletConfiguration } from "./config/kubelet-configuration.ts";
import { containerRemover } from "./cri/container-remover.ts";
import type { RuntimeView } from "./cri/runtime-view.ts";
import { runtimeView } from "./cri/runtime-view.ts";
import type { PodConfigStore } from "./env/change-detection.ts";
import type { Service } from "./env/service-environment.ts";
import type { PodEvents } from "./events/pod-events.ts";
import { ImagePuller } from "./images/image-puller.ts";
import { pullSecrets } from "./images/pull-secrets.ts";
import type { Log } from "./log.ts";
import type { PodDns } from "./network/pod-dns.ts";
import type { NodeResources } from "./node/allocatable.ts";
import type { Machine } from "./node/machine.ts";
import type { Refusal } from "./pods/admission.ts";
import { ContainerStarter } from "./pods/containers/container-starter.ts";
import { lifecycleHooks } from "./pods/containers/lifecycle-hooks.ts";
import type { NodeFacts } from "./pods/node-facts.ts";
import { PodKiller } from "./pods/pod-killer.ts";
import { PodSteps } from "./pods/pod-steps.ts";
import { PodSyncer } from "./pods/pod-syncer.ts";
import { PodVerdicts } from "./pods/pod-verdicts.ts";
import { PodWorkers } from "./pods/pod-workers.ts";
import { ProbeCounts } from "./probes/probe-counts.ts";
import { Prober } from "./probes/prober.ts";
import { runProbe } from "./probes/run-probe.ts";
import { StatusStore } from "./status/status-store.ts";
import type { KubeletPaths } from "./volumes/paths.ts";
import type { PodVolumes, VolumePlugin } from "./volumes/pod-volumes.ts";
import { podVolumes } from "./volumes/pod-volumes.ts";

/** What the parts are made of: the node, its settings, and the ways out to the API (or to the log, without one). */
export type PartsContext = {
  readonly cri: CriClient;
  readonly config: KubeletConfiguration;
  readonly paths: KubeletPaths;
  readonly log: Log;
  readonly now: () => number;
  readonly uptimeMs: () => number;
  readonly node: NodeFacts;
  readonly machine: Machine;
  readonly resources: NodeResources;
  readonly cgroupManager: CgroupManager;
  readonly runtimeName: string;
  readonly containerLogsDir: string;
  readonly userAgent: string;
  readonly plugins: readonly VolumePlugin[];
  readonly configStore: PodConfigStore;
  readonly events: PodEvents;
  hostDns(): Promise<PodDns>;
  services(pod: Pod): readonly Service[] | undefined;
  networkProblem(): string | undefined;
  /** Why a pod must not run on this node. */
  refuse(pod: Pod, others: readonly Pod[]): Refusal | undefined;
  onStatus(pod: Pod, status: PodStatus): void;
  onReleased(pod: Pod, status: PodStatus): void;
  onFinished(pod: Pod): void;
};

export type KubeletParts = {
  readonly view: RuntimeView;
  readonly workers: PodWorkers;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly prober: Prober;
  readonly probes: ProbeCounts;
  readonly statuses: StatusStore;
  readonly verdicts: PodVerdicts;
  readonly oomKills: OomKills;
  readonly events: PodEvents;
};

/** Makes the parts that run pods and ties them together. */
export function kubeletParts(context: PartsContext): KubeletParts {
  const { cri, config, now, events, paths } = context;
  const view = runtimeView(cri);
  const verdicts = new PodVerdicts({ now, onDeadline: (pod, why) => events.pod(pod, { type: "Normal", ...why }) });
  const volumes = podVolumes(context.plugins, paths);
  const cgroups = podCgroups(context);
  const statuses = new StatusStore({ now, onChange: context.onStatus });
  const oomKills = new OomKills(kernelLog("/dev/kmsg"));
  const probes = new ProbeCounts();
  const hostIp = () => context.node.hostIPs()[0] ?? "127.0.0.1";
  const prober = new Prober({
    events,
    now,
    uptimeMs: context.uptimeMs,
    userAgent: context.userAgent,
    run: (probe, target) => runProbe(cri, probe, target),
    counts: probes,
    onChange: (uid) => workers.wake(uid),
    hostIp,
  });
  const hooks = lifecycleHooks(cri, context.userAgent);
  const removeContainer = containerRemover(cri, (id) => endTask(config.containerRuntimeEndpoint, id));
  const killer = new PodKiller({ cri, events, hooks, removeContainer, uptimeMs: context.uptimeMs, hostIp });
  const starter = containerStarter(context, hooks);
  const syncer = podSyncer(context, { view, starter, killer, volumes, cgroups, prober });
  const steps = new PodSteps({
    ...context,
    view,
    removeContainer,
    syncer,
    killer,
    prober,
    volumes,
    cgroups,
    statuses,
    oomKills,
    podLogsDir: config.podLogsDir,
    verdictOn: (pod) => verdicts.of(pod, statuses.get(pod)),
    mayStart: (pod) => workers.mayStart(pod),
  });
  const workers: PodWorkers = new PodWorkers({
    steps,
    now,
    maxBackoffMs: config.crashLoopBackOffMaxMs,
    resyncMs: config.syncFrequencyMs,
    onNew: (pod) => admit(pod, workers, { verdicts, context }),
    onVersion: (pod) => context.configStore.register(pod),
    onFinished: (pod) => {
      verdicts.forget(pod.metadata.uid ?? "");
      context.onFinished(pod);
    },
  });
  return { view, workers, volumes, cgroups, prober, probes, statuses, verdicts, oomKills, events };
}

/** A pod that can't run here fails at once; those that run already, and static pods, are not judged anew. */
function admit(
  pod: Pod,
  workers: PodWorkers,
  { verdicts, context }: { verdicts: PodVerdicts; context: PartsContext },
): void {
  const hasRun = pod.status?.startTime !== undefined;
  if (hasRun || isStaticPod(pod) || pod.spec.nodeName === undefined) return;
  const others = workers.active().filter(({ metadata }) => metadata.uid !== pod.metadata.uid);
  const refusal = context.refuse(pod, others);
  if (!refusal) return;
  verdicts.reject(pod.metadata.uid ?? "", refusal);
  context.events.pod(pod, { type: "Warning", ...refusal });
}

function podCgroups({ config, cgroupManager, log, resources, machine }: PartsContext): PodCgroups {
  return new PodCgroups({
    manager: cgroupManager,
    log,
    driver: config.cgroupDriver,
    cpuCFSQuota: config.cpuCFSQuota,
    cpuPeriodUs: config.cpuCFSQuotaPeriodMs * 1000,
    podPidsLimit: config.podPidsLimit,
    enforced: resources.enforced,
    cpuset: machine.cpuset,
  });
}

function containerStarter(context: PartsContext, hooks: ReturnType<typeof lifecycleHooks>): ContainerStarter {
  const { cri, config, events, now, paths } = context;
  return new ContainerStarter({
    cri,
    images: new ImagePuller({
      cri,
      events,
      secrets: pullSecrets(context.configStore),
      serialize: config.serializeImagePulls,
      maxParallel: config.maxParallelImagePulls,
      now,
    }),
    events,
    hooks,
    paths,
    podLogsDir: config.podLogsDir,
    containerLogsDir: context.containerLogsDir,
    resources: {
      memoryCapacityBytes: context.node.memoryCapacityBytes,
      cpuCFSQuota: config.cpuCFSQuota,
      cpuPeriodUs: config.cpuCFSQuotaPeriodMs * 1000,
      cgroupVersion: context.cgroupManager.version,
      hugepages: context.machine.hugepages,
      canLimitSwap: context.machine.canLimitSwap,
      singleProcessOOMKill: config.singleProcessOOMKill,
    },
    security: { rootDir: paths.root, seccompDefault: config.seccompDefault },
  });
}

type Made = {
  readonly view: RuntimeView;
  readonly starter: ContainerStarter;
  readonly killer: PodKiller;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly prober: Prober;
};

function podSyncer(context: PartsContext, { prober, ...made }: Made): PodSyncer {
  const { cri, config, events, paths, node, now } = context;
  return new PodSyncer({
    ...made,
    cri,
    events,
    verdicts: prober,
    paths,
    node,
    config: context.configStore,
    podLogsDir: config.podLogsDir,
    clusterDns: { servers: config.clusterDNS, domain: config.clusterDomain },
    hostDns: context.hostDns,
    services: context.services,
    networkProblem: context.networkProblem,
    now,
  });
}
