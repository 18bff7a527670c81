import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { allContainers } from "../api/pod.ts";
import type { Probe } from "../api/probe.ts";
import type { ContainerRecord, PodRuntime } from "../cri/pod-runtime.ts";
import { newestContainer } from "../cri/pod-runtime.ts";
import type { PodEvents } from "../events/pod-events.ts";
import type { ProbeVerdicts } from "../pods/containers/container-kill.ts";
import type { ProbeCounts } from "./probe-counts.ts";
import type { ProbeResult } from "./probe-result.ts";
import type { ProbeKind } from "./probe-worker.ts";
import { ProbeWorker } from "./probe-worker.ts";
import type { ProbeTarget } from "./run-probe.ts";

export type ProberOptions = {
  readonly events: PodEvents;
  readonly now: () => number;
  readonly uptimeMs: () => number;
  readonly userAgent: string;
  run(probe: Probe, target: ProbeTarget): Promise<ProbeResult>;
  /** The pod must be synced: a verdict changed. */
  onChange(podUid: string): void;
  readonly counts: ProbeCounts;
  /** Address of a pod on the host's network. */
  hostIp(): string;
};

type Watched = {
  readonly podUid: string;
  readonly workers: Map<ProbeKind, ProbeWorker>;
  /** What the API said before this kubelet ran; holds until the first verdict. */
  readonly wasReady: boolean;
};

const labels = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;
const fields = { startup: "startupProbe", liveness: "livenessProbe", readiness: "readinessProbe" } as const;

/** Keeps the probes of all running containers going, by container id. */
export class Prober implements ProbeVerdicts {
  readonly #options: ProberOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Starts probes of containers that run now and ends those of containers that don't. */
  sync(pod: Pod, runtime: PodRuntime): void {
    const running = new Set<string>();
    for (const container of allContainers(pod)) {
      const record = newestContainer(runtime, container.name);
      if (record?.state !== "running") continue;
      running.add(record.id);
      if (!this.#watched.has(record.id)) this.#watch(pod, container, { record, runtime });
    }
    for (const [id, { podUid }] of this.#watched) if (podUid === runtime.uid && !running.has(id)) this.#end(id);
  }

  /** Ends all probes of a pod. */
  stopPod(podUid: string): void {
    for (const [id, watched] of this.#watched) if (watched.podUid === podUid) this.#end(id);
    this.#options.counts.forget(podUid);
  }

  /** No restarts on account of probes any more, as the pod is ending. */
  stopLiveness(podUid: string): void {
    for (const watched of this.#watched.values()) {
      if (watched.podUid !== podUid) continue;
      for (const kind of ["startup", "liveness"] as const) watched.workers.get(kind)?.stop();
    }
  }

  livenessFailed(id: string): boolean {
    return this.#verdict(id, "liveness") === false;
  }

  startupFailed(id: string): boolean {
    return this.#verdict(id, "startup") === false;
  }

  started(id: string): boolean {
    const startup = this.#watched.get(id)?.workers.get("startup");
    return startup === undefined || startup.verdict === true;
  }

  ready(id: string): boolean {
    const watched = this.#watched.get(id);
    const readiness = watched?.workers.get("readiness");
    if (!readiness) return this.started(id);
    return this.started(id) && (readiness.verdict ?? watched?.wasReady ?? false);
  }

  #verdict(id: string, kind: ProbeKind): boolean | undefined {
    return this.#watched.get(id)?.workers.get(kind)?.verdict;
  }

  #watch(pod: Pod, container: Container, seen: { record: ContainerRecord; runtime: PodRuntime }): void {
    const { record } = seen;
    const status = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
    const wasReady = status?.ready === true && status.containerID?.endsWith(record.id) === true;
    const workers = new Map<ProbeKind, ProbeWorker>();
    this.#watched.set(record.id, { podUid: seen.runtime.uid, workers, wasReady });
    for (const kind of ["startup", "liveness", "readiness"] as const) {
      const probe = container[fields[kind]];
      if (probe) workers.set(kind, this.#worker(kind, probe, { pod, container, ...seen }));
    }
    const startup = workers.get("startup");
    if (startup) startup.start();
    else this.#startOthers(workers);
  }

  #worker(
    kind: ProbeKind,
    probe: Probe,
    {
      pod,
      container,
      record,
      runtime,
    }: { pod: Pod; container: Container; record: ContainerRecord; runtime: PodRuntime },
  ): ProbeWorker {
    const { events, now, uptimeMs, userAgent, run, onChange, hostIp } = this.#options;
    const podIp = pod.spec.hostNetwork ? hostIp() : (runtime.sandboxes[0]?.ips[0] ?? "");
    const target = { container, containerId: record.id, podIp, userAgent };
    const { name = "", namespace = "" } = pod.metadata;
    const probed = { container: container.name, pod: name, namespace, podUid: runtime.uid };
    return new ProbeWorker({
      kind,
      probe,
      ageMs: now() - record.startedAtMs,
      uptimeMs,
      run: async (one) => {
        const result = await run(one, target);
        // one that was under way when its container ended counts no more
        if (this.#watched.has(record.id)) this.#options.counts.count({ ...probed, kind: labels[kind] }, result);
        return result;
      },
      onFailure: ({ output }) => {
        const message = `${labels[kind]} probe failed: ${output}`;
        events.container(pod, container, { type: "Warning", reason: "Unhealthy", message });
      },
      onVerdict: (verdict) => {
        const watched = this.#watched.get(record.id);
        if (kind === "startup" && verdict && watched) this.#startOthers(watched.workers);
        onChange(runtime.uid);
      },
    });
  }

  #startOthers(workers: ReadonlyMap<ProbeKind, ProbeWorker>): void {
    workers.get("liveness")?.start();
    workers.get("readiness")?.start();
  }

  #end(id: string): void {
    for (const worker of this.#watched.get(id)?.workers.values() ?? []) worker.stop();
    this.#watched.delete(id);
  }
}
