import { readdir, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Pod } from "../api/pod.ts";
import type { PodStatus } from "../api/pod-status.ts";
import type { OomKills } from "../cgroups/oom-kills.ts";
import type { PodCgroups } from "../cgroups/pod-cgroups.ts";
import type { ContainerRemover } from "../cri/container-remover.ts";
import { podLogDirectory } from "../cri/log-paths.ts";
import type { ContainerRecord, PodRuntime } from "../cri/pod-runtime.ts";
import type { RuntimeView } from "../cri/runtime-view.ts";
import type { Log } from "../log.ts";
import type { Prober } from "../probes/prober.ts";
import { type PodVerdict, podStatus } from "../status/pod-status.ts";
import type { StatusStore } from "../status/status-store.ts";
import { terminationMessage } from "../status/termination-message.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { leftovers } from "./containers/dead-containers.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { PodKiller } from "./pod-killer.ts";
import type { PodMemory } from "./pod-memory.ts";
import type { PodSyncer } from "./pod-syncer.ts";
import { deadlineLeftMs } from "./pod-verdicts.ts";
import type { WorkerSteps } from "./pod-worker.ts";

export type StepOptions = {
  readonly cri: CriClient;
  readonly removeContainer: ContainerRemover;
  readonly view: RuntimeView;
  readonly syncer: PodSyncer;
  readonly killer: PodKiller;
  readonly prober: Prober;
  readonly volumes: PodVolumes;
  readonly cgroups: PodCgroups;
  readonly statuses: StatusStore;
  readonly oomKills: OomKills;
  readonly node: NodeFacts;
  readonly runtimeName: string;
  readonly podLogsDir: string;
  readonly containerLogsDir: string;
  readonly log: Log;
  readonly now: () => number;
  mayStart(pod: Pod): boolean;
  /** A pod's end was decided from outside: an eviction, a deadline. */
  verdictOn(pod: Pod): PodVerdict | undefined;
  /** The pod holds nothing on this host any more; its object may be deleted. */
  onReleased(pod: Pod, status: PodStatus): void;
};

/** The steps of a pod's worker, with the kubelet's parts behind them. */
export class PodSteps implements WorkerSteps {
  readonly #options: StepOptions;

  constructor(options: StepOptions) {
    this.#options = options;
  }

  inspect(uid: string): Promise<PodRuntime> {
    return this.#options.view.inspect(uid);
  }

  mayStart(pod: Pod): boolean {
    return this.#options.mayStart(pod);
  }

  async sync(pod: Pod, runtime: PodRuntime, memory: PodMemory, signal: AbortSignal) {
    const result = await this.#options.syncer.sync(pod, runtime, memory, signal);
    await this.#collect(result.runtime);
    return result;
  }

  async report(pod: Pod, runtime: PodRuntime, memory: PodMemory, ending: boolean): Promise<boolean> {
    const { prober, statuses, node, runtimeName, oomKills, verdictOn } = this.#options;
    prober.sync(pod, runtime);
    await this.#readLastWords(runtime, memory);
    const status = podStatus(pod, {
      runtime: withOomKills(runtime, oomKills),
      runtimeName,
      reasons: memory.reasons,
      messages: memory.messages,
      hostIPs: node.hostIPs(),
      previous: statuses.get(pod),
      isTerminal: ending,
      verdict: verdictOn(pod),
      ready: (id) => prober.ready(id),
      started: (id) => prober.started(id),
    });
    statuses.set(pod, status);
    return status.phase === "Succeeded" || status.phase === "Failed";
  }

  deadlineMs(pod: Pod): number | undefined {
    const leftMs = deadlineLeftMs(pod, this.#options.statuses.get(pod), this.#options.now());
    return leftMs === undefined ? undefined : Math.max(0, leftMs);
  }

  async kill(pod: Pod, runtime: PodRuntime, graceSeconds: number | undefined): Promise<void> {
    this.#options.prober.stopLiveness(pod.metadata.uid ?? "");
    await this.#options.killer.killPod(pod, runtime, graceSeconds);
  }

  async release(pod: Pod): Promise<void> {
    const { prober, volumes, cgroups, statuses, onReleased } = this.#options;
    const uid = pod.metadata.uid ?? "";
    prober.stopPod(uid);
    await Promise.all([volumes.remove(uid), cgroups.remove(uid)]);
    onReleased(pod, statuses.get(pod));
  }

  async discard(pod: Pod, runtime: PodRuntime): Promise<void> {
    const { killer, statuses, podLogsDir, containerLogsDir } = this.#options;
    await killer.removePod(runtime);
    await rm(podLogDirectory(podLogsDir, pod), { recursive: true, force: true });
    await removeLogLinks(containerLogsDir, pod);
    statuses.forget(pod.metadata.uid ?? "");
  }

  failed(pod: Pod, step: string, thrown: unknown): void {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    this.#options.log.error("Error syncing pod, skipping", { pod: name, step, err: thrown });
  }

  /** Removes ended containers beyond the last one of each, with their logs, and empty sandboxes. */
  async #collect(runtime: PodRuntime): Promise<void> {
    const { cri, removeContainer } = this.#options;
    const dead = leftovers(runtime);
    for (const { id, logPath } of dead.containers) {
      await removeContainer(id).catch(() => undefined);
      if (logPath) await rm(logPath, { force: true });
    }
    for (const { id } of dead.sandboxes) await cri.removePodSandbox({ podSandboxId: id }).catch(() => undefined);
  }

  async #readLastWords(runtime: PodRuntime, memory: PodMemory): Promise<void> {
    const ids = new Set(runtime.containers.map(({ id }) => id));
    for (const id of memory.messages.keys()) if (!ids.has(id)) memory.messages.delete(id);
    for (const record of runtime.containers) {
      if (record.state !== "exited" || memory.messages.has(record.id)) continue;
      memory.messages.set(record.id, await terminationMessage(record));
    }
  }
}

/** A runtime that missed the kill says "Error". */
function withOomKills(runtime: PodRuntime, oomKills: OomKills): PodRuntime {
  const isKilled = ({ id, state, exitCode, reason }: ContainerRecord) =>
    state === "exited" && exitCode !== 0 && reason !== "OOMKilled" && oomKills.has(id);
  if (!runtime.containers.some(isKilled)) return runtime;
  const containers = runtime.containers.map((one) => (isKilled(one) ? { ...one, reason: "OOMKilled" } : one));
  return { ...runtime, containers };
}

async function removeLogLinks(directory: string, pod: Pod): Promise<void> {
  const prefix = `${pod.metadata.name}_${pod.metadata.namespace}_`;
  const names = await readdir(directory).catch(() => []);
  const own = names.filter((name) => name.startsWith(prefix));
  await Promise.all(own.map((name) => unlink(join(directory, name)).catch(() => undefined)));
}
