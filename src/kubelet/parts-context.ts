import { readFile } from "node:fs/promises";
import { isStaticPod, podUid } from "./api/pod.ts";
import { CgroupManager } from "./cgroups/cgroup-manager.ts";
import { containerLogsDir } from "./cri/log-paths.ts";
import type { RuntimeMonitor } from "./cri/runtime-status.ts";
import { changeDetection } from "./env/change-detection.ts";
import { apiEvents } from "./events/api-events.ts";
import { logEvents } from "./events/log-events.ts";
import type { Ground } from "./ground.ts";
import type { KubeletDeps } from "./kubelet-deps.ts";
import type { PartsContext } from "./kubelet-parts.ts";
import { parseResolvConf } from "./network/pod-dns.ts";
import type { ApiLink } from "./node/api-link.ts";
import type { PressureMonitor } from "./node/pressure-monitor.ts";
import type { ShutdownManager } from "./node/shutdown/shutdown-manager.ts";
import { refusePod } from "./pods/admission.ts";
import type { KubeletSettings } from "./settings.ts";
import { claimPlugin } from "./volumes/claim.ts";
import { emptyDirPlugin } from "./volumes/empty-dir.ts";
import { kubeletPaths } from "./volumes/paths.ts";
import { hostPathPlugin } from "./volumes/pod-volumes.ts";
import { projectedPlugin } from "./volumes/projected.ts";
import { TokenSource } from "./volumes/token-source.ts";

type PartsTies = {
  readonly ground: Ground;
  readonly monitor: RuntimeMonitor;
  readonly pressure: Pick<PressureMonitor, "current">;
  readonly link: ApiLink | undefined;
  shutdown(): ShutdownManager;
  wake(podUid: string): void;
};

/** Ties the parts that run pods to this node, its settings, and the API or the log. */
export function partsContext(
  { flags, config }: KubeletSettings,
  { log, now, uptimeMs, random, version }: KubeletDeps,
  { ground, monitor, pressure, link, shutdown, wake }: PartsTies,
): PartsContext {
  const { machine, resources } = ground;
  const paths = kubeletPaths(flags.rootDir);
  const noApi = () => Promise.reject(new Error("this kubelet has no API server"));
  const client = () => link?.client() ?? noApi();
  const configStore = changeDetection(config, { client, now, log, wake });
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
    uptimeMs,
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
        pressure: pressure.current,
        hasAppArmor: machine.hasAppArmor,
        allowedUnsafeSysctls: config.allowedUnsafeSysctls,
      }),
    onStatus: (pod, status) => link?.writer.set(pod, status),
    onReleased: (pod, status) => {
      configStore.unregister(podUid(pod));
      link?.writer.release(pod, status);
    },
    onFinished: (pod) => {
      configStore.unregister(podUid(pod));
      tokens.forget(podUid(pod));
      link?.writer.forget(podUid(pod));
    },
  };
}
