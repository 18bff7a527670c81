import { mkdir, readFile, writeFile } from "node:fs/promises";
import { formatDuration } from "../../base/duration.ts";
import { messageOf } from "../../base/errors.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { PodSandboxConfig } from "../../kube/cri/sandbox.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import type { PodCgroups } from "../cgroups/pod-cgroups.ts";
import { ContainerError } from "../cri/container-error.ts";
import type { PodRuntime } from "../cri/pod-runtime.ts";
import { newestContainer, newestSandbox } from "../cri/pod-runtime.ts";
import type { RuntimeView } from "../cri/runtime-view.ts";
import { sandboxConfig } from "../cri/sandbox-config.ts";
import type { ConfigStore } from "../env/container-environment.ts";
import type { Service } from "../env/service-environment.ts";
import { serviceEnvironment } from "../env/service-environment.ts";
import type { PodEvent, PodEvents } from "../events/pod-events.ts";
import { hostNetworkHostsFile, podHostsFile } from "../network/hosts-file.ts";
import type { ClusterDns, PodDns } from "../network/pod-dns.ts";
import { dnsEvents, podDns } from "../network/pod-dns.ts";
import { podHostname } from "../network/pod-hostname.ts";
import type { KubeletPaths } from "../volumes/paths.ts";
import type { MountedVolumes, PodVolumes } from "../volumes/pod-volumes.ts";
import type { ProbeVerdicts } from "./containers/container-kill.ts";
import type { ContainerStarter, StartContext } from "./containers/container-starter.ts";
import type { PodActions } from "./containers/pod-actions.ts";
import { podActions } from "./containers/pod-actions.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { PodKiller } from "./pod-killer.ts";
import type { PodMemory } from "./pod-memory.ts";

export type SyncerOptions = {
  readonly cri: CriClient;
  readonly view: RuntimeView;
  readonly starter: ContainerStarter;
  readonly killer: PodKiller;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly events: PodEvents;
  readonly verdicts: ProbeVerdicts;
  readonly paths: KubeletPaths;
  readonly node: NodeFacts;
  readonly config: ConfigStore;
  readonly podLogsDir: string;
  readonly clusterDns: ClusterDns;
  hostDns(): Promise<PodDns>;
  /** Services of the cluster; undefined until they are known, when API pods must wait. */
  services(pod: Pod): readonly Service[] | undefined;
  /** Whether the runtime has a pod network; undefined when it has, else why not. */
  networkProblem(): string | undefined;
  readonly now: () => number;
};

/** `retryMs`: the pod must be synced again after that time even if nothing happens. */
export type SyncResult = { readonly runtime: PodRuntime; readonly retryMs?: number };

/** Ms after which a failed step is tried again (kubelet's backOffPeriod). */
const retryAfterErrorMs = 10_000;

/** What could not be set up is tried again soon, then at growing pauses. */
function setupRetryMs(memory: PodMemory): number {
  return Math.min(500 * 2 ** memory.failures++, retryAfterErrorMs);
}

const sandboxChanged: PodEvent = {
  type: "Normal",
  reason: "SandboxChanged",
  message: "Pod sandbox changed, it will be killed and re-created.",
};

/** Brings one pod's sandbox and containers to its spec, one step after the other. */
export class PodSyncer {
  readonly #options: SyncerOptions;

  constructor(options: SyncerOptions) {
    this.#options = options;
  }

  async sync(pod: Pod, runtime: PodRuntime, memory: PodMemory, signal: AbortSignal): Promise<SyncResult> {
    const { view, verdicts, killer } = this.#options;
    const uid = pod.metadata.uid ?? "";
    const blocked = this.#blockedBy(pod);
    if (blocked) return this.#refused(pod, runtime, blocked);
    const volumes = await this.#prepare(pod);
    if (!volumes) return { runtime, retryMs: setupRetryMs(memory) };
    const actions = podActions(pod, runtime, verdicts);
    if (actions.killPod && runtime.sandboxes.length > 0) {
      if (actions.createSandbox) this.#options.events.pod(pod, sandboxChanged);
      await killer.killPod(pod, runtime);
      if (!actions.createSandbox) return { runtime: await view.inspect(uid) };
    } else await Promise.all(actions.kills.map((kill) => killer.killContainer(pod, kill, { runtime })));
    const starts = this.#startable(pod, actions, runtime, memory);
    if (!actions.createSandbox && starts.ready.length === 0) return { runtime, ...starts.retry };
    const placed = await this.#place(pod, actions, runtime);
    if (!placed) return { runtime: await view.inspect(uid), retryMs: setupRetryMs(memory) };
    memory.failures = 0;
    const context = await this.#startContext(pod, placed, { volumes, signal });
    const failed = await this.#startAll(pod, starts.ready, { context, memory });
    return { runtime: await view.inspect(uid), ...(failed ? { retryMs: retryAfterErrorMs } : starts.retry) };
  }

  /** Why no pod of this kind can start now. */
  #blockedBy(pod: Pod): { reason: string; message: string } | undefined {
    const { networkProblem, services } = this.#options;
    const network = pod.spec.hostNetwork ? undefined : networkProblem();
    if (network) return { reason: "NetworkNotReady", message: `network is not ready: ${network}` };
    if (services(pod) === undefined)
      return {
        reason: "FailedSync",
        message: "services have not yet been read at least once, cannot construct envvars",
      };
    return undefined;
  }

  #refused(pod: Pod, runtime: PodRuntime, event: { reason: string; message: string }): SyncResult {
    this.#options.events.pod(pod, { type: "Warning", ...event });
    return { runtime, retryMs: event.reason === "FailedSync" ? 500 : 2000 };
  }

  /** The pod's volumes and cgroup; undefined when either can't be had, which is told. */
  async #prepare(pod: Pod): Promise<MountedVolumes | undefined> {
    const { paths, volumes, cgroups, events } = this.#options;
    await mkdir(paths.podDir(pod.metadata.uid ?? ""), { recursive: true, mode: 0o750 });
    const failed = (reason: string, message: string) => events.pod(pod, { type: "Warning", reason, message });
    const [mounted, hasCgroup] = await Promise.all([
      volumes.mount(pod).catch((thrown) => failed("FailedMount", messageOf(thrown))),
      cgroups.ensure(pod).then(
        () => true,
        (thrown) => failed("FailedCreatePodContainer", `unable to ensure pod container exists: ${messageOf(thrown)}`),
      ),
    ]);
    return (hasCgroup && mounted) || undefined;
  }

  /** Containers whose back-off is over; those that crash wait, and say so. */
  #startable(pod: Pod, actions: PodActions, runtime: PodRuntime, memory: PodMemory) {
    const waits: number[] = [];
    const ready = actions.starts.filter((container) => {
      const record = newestContainer(runtime, container.name);
      if (record?.state !== "exited" || actions.createSandbox) return true;
      const key = `${container.name} ${container.image}`;
      const waitMs = memory.backoff.remainingMs(key, record.finishedAtMs);
      if (waitMs === 0) {
        memory.backoff.next(key, record.finishedAtMs);
        return true;
      }
      waits.push(waitMs);
      this.#crashLoop(pod, container, memory, memory.backoff.delayMs(key));
      return false;
    });
    return { ready, retry: waits.length > 0 ? { retryMs: Math.min(...waits) } : {} };
  }

  #crashLoop(pod: Pod, container: Container, memory: PodMemory, delayMs: number): void {
    const { name, namespace, uid } = pod.metadata;
    const where = `${name}_${namespace}(${uid})`;
    const message = `back-off ${formatDuration(delayMs)} restarting failed container=${container.name} pod=${where}`;
    const known = memory.reasons.get(container.name);
    memory.reasons.set(container.name, { reason: "CrashLoopBackOff", message });
    if (known?.message === message) return;
    const text = `Back-off restarting failed container ${container.name} in pod ${where}`;
    this.#options.events.container(pod, container, { type: "Warning", reason: "BackOff", message: text });
  }

  /** The sandbox that containers go into: the one that stands, or a new one. */
  async #place(pod: Pod, actions: PodActions, runtime: PodRuntime) {
    const { cri, view, events, clusterDns, hostDns } = this.#options;
    try {
      const sandbox = await this.#sandboxConfig(pod, actions.attempt);
      if (!actions.createSandbox) return { sandbox, sandboxId: actions.sandboxId ?? "", runtime };
      await mkdir(sandbox.logDirectory ?? "", { recursive: true, mode: 0o755 });
      for (const event of dnsEvents(pod, clusterDns, await hostDns())) events.pod(pod, event);
      const { podSandboxId } = await cri.runPodSandbox({
        config: sandbox,
        runtimeHandler: pod.spec.runtimeClassName ?? "",
      });
      return { sandbox, sandboxId: podSandboxId, runtime: await view.inspect(pod.metadata.uid ?? "") };
    } catch (thrown) {
      const reason =
        thrown instanceof GrpcError ? `rpc error: code = ${thrown.status} desc = ${thrown.reason}` : messageOf(thrown);
      const message = `Failed to create pod sandbox: ${reason}`;
      events.pod(pod, { type: "Warning", reason: "FailedCreatePodSandBox", message });
      return undefined;
    }
  }

  async #sandboxConfig(pod: Pod, attempt: number): Promise<PodSandboxConfig> {
    const { podLogsDir, clusterDns, hostDns, cgroups } = this.#options;
    return sandboxConfig(pod, {
      attempt,
      podLogsDir,
      hostname: podHostname(pod, clusterDns.domain).hostname,
      dns: podDns(pod, clusterDns, await hostDns()),
      cgroupParent: cgroups.parentOf(pod),
    });
  }

  async #startContext(
    pod: Pod,
    { sandbox, sandboxId, runtime }: { sandbox: PodSandboxConfig; sandboxId: string; runtime: PodRuntime },
    { volumes, signal }: { volumes: MountedVolumes; signal: AbortSignal },
  ): Promise<StartContext> {
    const { node, config, services } = this.#options;
    const hostIPs = node.hostIPs();
    const podIPs = pod.spec.hostNetwork ? hostIPs : (newestSandbox(runtime)?.ips ?? []);
    return {
      sandboxId,
      sandbox,
      runtime,
      volumes,
      signal,
      hostsFile: await this.#writeHostsFile(pod, podIPs),
      environment: {
        config,
        services: serviceEnvironment(
          services(pod) ?? [],
          pod.metadata.namespace ?? "",
          pod.spec.enableServiceLinks !== false,
        ),
        addresses: { podIPs, hostIPs },
        allocatable: node.allocatable,
      },
    };
  }

  async #writeHostsFile(pod: Pod, podIPs: readonly string[]): Promise<string> {
    const { paths, clusterDns } = this.#options;
    const path = paths.hostsFile(pod.metadata.uid ?? "");
    const text = pod.spec.hostNetwork
      ? hostNetworkHostsFile(pod, await readFile("/etc/hosts", "utf8").catch(() => ""))
      : podHostsFile(pod, podIPs, podHostname(pod, clusterDns.domain));
    // Written in place: containers have this very file mounted.
    await writeFile(path, text, { mode: 0o644 });
    return path;
  }

  /** Starts containers in their order; one that fails doesn't keep the others from starting. */
  async #startAll(
    pod: Pod,
    containers: readonly Container[],
    { context, memory }: { context: StartContext; memory: PodMemory },
  ): Promise<boolean> {
    let failed = false;
    for (const container of containers) {
      if (context.signal.aborted) return true;
      try {
        await this.#options.starter.start(pod, container, context);
        memory.reasons.delete(container.name);
      } catch (thrown) {
        failed = true;
        const reason = thrown instanceof ContainerError ? thrown.reason : "RunContainerError";
        memory.reasons.set(container.name, { reason, message: messageOf(thrown) });
      }
    }
    return failed;
  }
}
