import { messageOf } from "../../base/errors.ts";
import { timerDelay } from "../../base/timer-delay.ts";
import type { KubeClient } from "../../kube/client.ts";
import type { EventRecorder } from "../../kube/event-recorder.ts";
import type { Informer } from "../../kube/informer/informer.ts";
import type { Informers } from "../../kube/informer/informers.ts";
import type { Namespace } from "../../kube/kinds/config.ts";
import type { Node } from "../../kube/kinds/node.ts";
import type { Pod } from "../../kube/kinds/pod.ts";
import type { Log } from "../../kube/program/log.ts";
import { resources } from "../../kube/resources.ts";
import { bindPod } from "./bind/bind-pod.ts";
import { failureMessage } from "./cycle/failure-message.ts";
import { reportFailure } from "./cycle/report-failure.ts";
import { type FitFault, schedulePod } from "./cycle/schedule-pod.ts";
import type { ClusterEvent } from "./framework/plugin.ts";
import type { Profile } from "./framework/profile.ts";
import type { SchedulerMetrics } from "./metrics/scheduler-metrics.ts";
import { Preemptor } from "./preemption/preemptor.ts";
import { type QueuedPod, SchedulingQueue } from "./queue/scheduling-queue.ts";
import { ClusterState } from "./state/cluster-state.ts";
import { ClusterWatch } from "./state/cluster-watch.ts";
import type { NodeInfo } from "./state/node-info.ts";
import { isGated, podInfoOf } from "./state/pod-info.ts";
import { watchVolumes } from "./state/watch-volumes.ts";

export type SchedulerParts = {
  readonly client: KubeClient;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  readonly profiles: readonly Profile[];
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly backoff: { readonly initialBackoffMs: number; readonly maxBackoffMs: number; readonly stuckMs: number };
  readonly metrics: SchedulerMetrics;
};

/** A pod on its way through a scheduling cycle that began then (`performance.now()`). */
type Attempt = { readonly queued: QueuedPod; readonly startedAtMs: number };

/** Longest stretch of decisions before watches and answers get their turn, in milliseconds. */
const stretchMs = 20;

/** Gives every pod without a node the best one: watches feed the state and the queue, one decision is made at a time. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  readonly #state: ClusterState;
  readonly #queue: SchedulingQueue;
  readonly #preemptor: Preemptor;
  #start = 0;
  #wake: (() => void) | undefined;

  constructor(parts: SchedulerParts) {
    const { informers } = parts;
    this.#parts = parts;
    this.#profiles = new Map(parts.profiles.map((profile) => [profile.schedulerName, profile]));
    this.#pods = informers.of<Pod>(resources.pods);
    this.#nodes = informers.of<Node>(resources.nodes);
    const namespaces = informers.of<Namespace>(resources.namespaces);
    namespaces.addHandler({ added: () => this.#happened("Namespaces"), updated: () => this.#happened("Namespaces") });
    this.#state = new ClusterState({
      volumes: watchVolumes(informers, () => this.#happened("Volumes")),
      namespaceLabels: (name) => namespaces.store.get(name)?.metadata.labels ?? {},
    });
    this.#queue = new SchedulingQueue({
      ...parts.backoff,
      now: parts.now,
      retryOn: (plugin) => this.#retryOn(plugin),
    });
    this.#preemptor = new Preemptor(parts, this.#state);
    parts.metrics.showPending(() => ({ ...this.#queue.size, gated: this.#pods.store.list().filter(isGated).length }));
  }

  /** Schedules until the signal aborts. The informers must be synced. */
  async run(): Promise<void> {
    const { signal } = this.#parts;
    this.#watch().start(this.#nodes, this.#pods);
    const stuck = setInterval(() => {
      this.#queue.retryStuck();
      this.#wakeUp();
    }, 30_000);
    while (!signal.aborted) {
      this.#scheduleForAWhile();
      await this.#pause();
    }
    clearInterval(stuck);
  }

  get state(): ClusterState {
    return this.#state;
  }

  get queue(): SchedulingQueue {
    return this.#queue;
  }

  #watch(): ClusterWatch {
    return new ClusterWatch(this.#state, {
      isOurs: (pod) => this.#profiles.has(schedulerOf(pod)),
      waits: (pod, changed) => this.#podWaits(pod, changed),
      gone: (key) => {
        this.#queue.delete(key);
        this.#preemptor.forget(key);
      },
      happened: (event) => this.#happened(event),
    });
  }

  #podWaits(pod: Pod, changed: boolean): void {
    this.#preemptor.nominationSeen(pod);
    if (changed) this.#queue.add(podInfoOf(pod));
    else this.#queue.refresh(podInfoOf(pod));
    this.#wakeUp();
  }

  #happened(event: ClusterEvent): void {
    this.#queue.moveOn(event);
    this.#wakeUp();
  }

  #retryOn(name: string): readonly ClusterEvent[] {
    for (const { filters } of this.#profiles.values()) {
      const plugin = filters.find((one) => one.name === name);
      if (plugin) return plugin.retryOn ?? [];
    }
    return [];
  }

  #scheduleForAWhile(): void {
    const end = performance.now() + stretchMs;
    while (performance.now() < end) {
      const pod = this.#queue.pop();
      if (!pod) return;
      this.#schedule(pod);
    }
  }

  /** Waits for something to do: an event, the end of a back-off, or at once when pods are left. */
  #pause(): Promise<void> {
    if (this.#queue.size.active > 0) return new Promise((resolve) => setImmediate(resolve));
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timerDelay(this.#queue.nextBackoffMs() ?? 30_000));
    this.#wake = resolve;
    const { signal } = this.#parts;
    const end = () => resolve();
    signal.addEventListener("abort", end, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      this.#wake = undefined;
    });
  }

  #wakeUp(): void {
    this.#wake?.();
  }

  #schedule(queued: QueuedPod): void {
    const { info } = queued;
    const profile = this.#profiles.get(schedulerOf(info.pod));
    if (!profile || !this.#isStillWaiting(info.key)) {
      this.#queue.done(queued);
      return;
    }
    const startedAtMs = performance.now();
    const snapshot = this.#preemptor.withNominated(info);
    const decision = schedulePod(profile, info, snapshot, { random: this.#parts.random, start: this.#start });
    if (decision.kind === "none") {
      void this.#unschedulable({ queued, startedAtMs }, profile, decision.fault);
      return;
    }
    this.#parts.metrics.decided(performance.now() - startedAtMs);
    this.#start = decision.nextStart;
    this.#state.assume(info, decision.node.name);
    void this.#bind({ queued, startedAtMs }, decision.node);
  }

  #isStillWaiting(key: string): boolean {
    const pod = this.#pods.store.get(key);
    return pod !== undefined && !pod.spec.nodeName && !pod.metadata.deletionTimestamp;
  }

  async #bind({ queued, startedAtMs }: Attempt, node: NodeInfo): Promise<void> {
    const { info } = queued;
    const { client, recorder, signal, metrics, now } = this.#parts;
    try {
      await bindPod(client, info.pod, { node: node.node, volumes: this.#state.volumes, signal });
      this.#queue.done(queued);
      this.#preemptor.forget(info.key);
      metrics.attempted("scheduled", schedulerOf(info.pod), performance.now() - startedAtMs);
      metrics.scheduled(queued.attempts, now() - queued.addedAtMs);
      const message = `Successfully assigned ${info.key} to ${node.name}`;
      recorder.event(info.pod, { type: "Normal", reason: "Scheduled", message });
    } catch (thrown) {
      this.#state.forget(info);
      metrics.attempted("error", schedulerOf(info.pod), performance.now() - startedAtMs);
      this.#failed(queued, new Set(), `running Bind plugin "DefaultBinder": ${messageOf(thrown).split("\n")[0]}`);
    }
  }

  async #unschedulable({ queued, startedAtMs }: Attempt, profile: Profile, fault: FitFault): Promise<void> {
    const { metrics, log } = this.#parts;
    metrics.attempted("unschedulable", profile.schedulerName, performance.now() - startedAtMs);
    let outcome: { nominated?: string; message?: string } = {};
    try {
      outcome = await this.#preemptor.tryFor(queued.info, profile, fault);
    } catch (thrown) {
      log("W", "preemption failed", { pod: queued.info.key, error: messageOf(thrown) });
    }
    this.#failed(queued, fault.plugins, failureMessage(fault, outcome.message), outcome.nominated);
  }

  #failed(queued: QueuedPod, plugins: ReadonlySet<string>, message: string, nominated?: string): void {
    const current = this.#pods.store.get(queued.info.key);
    if (!current || current.spec.nodeName || current.metadata.uid !== queued.info.pod.metadata.uid) {
      this.#queue.done(queued);
      return;
    }
    this.#queue.failed({ ...queued, info: podInfoOf(current) }, plugins);
    this.#wakeUp();
    const { client, recorder, log, now } = this.#parts;
    recorder.event(current, { type: "Warning", reason: "FailedScheduling", message });
    const facts = { message, reason: plugins.size > 0 ? "Unschedulable" : "SchedulerError", nominated, nowMs: now() };
    reportFailure(client, current, facts).catch((thrown) =>
      log("W", "could not write a pod's condition", { pod: queued.info.key, error: messageOf(thrown) }),
    );
  }
}

function schedulerOf({ spec }: Pod): string {
  return spec.schedulerName ?? "default-scheduler";
}
