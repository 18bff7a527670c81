import type { Pod } from "../api/pod.ts";
import type { PodRuntime } from "../cri/pod-runtime.ts";
import { isAlive } from "../cri/pod-runtime.ts";
import { createBackoff } from "./containers/container-backoff.ts";
import { kubeletEnds } from "./pod-ends.ts";
import type { PodMemory } from "./pod-memory.ts";
import type { SyncResult } from "./pod-syncer.ts";

/** What a worker does to its pod; each step is awaited before the next. */
export type WorkerSteps = {
  inspect(uid: string): Promise<PodRuntime>;
  /** May the pod be started at all; false holds it back until it is woken. */
  mayStart(pod: Pod): boolean;
  sync(pod: Pod, runtime: PodRuntime, memory: PodMemory, signal: AbortSignal): Promise<SyncResult>;
  /** Computes and tells the pod's status; gives whether it has ended for good. */
  report(pod: Pod, runtime: PodRuntime, memory: PodMemory, ending: boolean): Promise<boolean>;
  /** Ms until the pod's time is over; undefined when it has no limit. */
  deadlineMs(pod: Pod): number | undefined;
  kill(pod: Pod, runtime: PodRuntime, graceSeconds: number | undefined): Promise<void>;
  /** Gives back what the pod has on the host besides its logs and containers; its object may go after that. */
  release(pod: Pod): Promise<void>;
  /** The pod is gone from its source as well: removes the rest. */
  discard(pod: Pod, runtime: PodRuntime): Promise<void>;
  failed(pod: Pod, step: string, thrown: unknown): void;
};

export type WorkerOptions = {
  readonly steps: WorkerSteps;
  readonly now: () => number;
  readonly maxBackoffMs: number;
  /** Even without any event a pod is synced this often. */
  readonly resyncMs: number;
  onFinished(pod: Pod): void;
};

type Stage = "syncing" | "terminating" | "terminated" | "finished";

const retryMs = 2000;

/** Carries one pod from its appearance to its end, one step at a time. */
export class PodWorker {
  readonly memory: PodMemory;
  readonly #options: WorkerOptions;
  readonly #abort = new AbortController();
  #pod: Pod;
  #stage: Stage = "syncing";
  #removed = false;
  #graceOverride: number | undefined;
  #busy = false;
  #working: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #killing: { graceSeconds: number } | undefined;

  constructor(pod: Pod, options: WorkerOptions) {
    this.#pod = pod;
    this.#options = options;
    const { now, maxBackoffMs } = options;
    this.memory = {
      reasons: new Map(),
      messages: new Map(),
      failures: 0,
      backoff: createBackoff({ initialMs: Math.min(10_000, maxBackoffMs), maxMs: maxBackoffMs, now }),
    };
  }

  get pod(): Pod {
    return this.#pod;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** None of its containers runs any more. */
  get hasEnded(): boolean {
    return this.#stage === "terminated" || this.#stage === "finished";
  }

  /** The pod has left its source, and what it had is being removed. */
  get isLeaving(): boolean {
    return this.#removed;
  }

  /** A newer version of the pod's object. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#end(pod.metadata.deletionGracePeriodSeconds);
    this.wake();
  }

  /** The pod has left its source. */
  remove(graceOverride?: number): void {
    this.#removed = true;
    this.#end(graceOverride);
    this.wake();
  }

  /** Ends the pod though its object stays: an eviction or a shutdown. */
  terminate(graceOverride?: number): void {
    this.#end(graceOverride);
    this.wake();
  }

  /** Something about the pod happened. */
  wake(): void {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#working = this.#work();
  }

  /** Takes no further step. Resolves when no container is half made: an ending one is left to the next kubelet. */
  async stop(): Promise<void> {
    const isMaking = this.#stage === "syncing";
    this.#stage = "finished";
    this.#abort.abort(kubeletEnds);
    clearTimeout(this.#timer);
    if (isMaking) await this.#working;
  }

  #end(graceSeconds: number | undefined): void {
    if (this.#stage === "syncing") this.#stage = "terminating";
    // A shorter grace period than the one under way takes effect at once.
    const shorter =
      graceSeconds !== undefined && this.#killing !== undefined && graceSeconds < this.#killing.graceSeconds;
    this.#graceOverride = graceSeconds ?? this.#graceOverride;
    this.#abort.abort();
    if (shorter) void this.#killAgain(graceSeconds);
  }

  async #killAgain(graceSeconds: number): Promise<void> {
    const { steps } = this.#options;
    this.#killing = { graceSeconds };
    try {
      await steps.kill(this.#pod, await steps.inspect(this.#pod.metadata.uid ?? ""), graceSeconds);
    } catch (thrown) {
      steps.failed(this.#pod, "killing", thrown);
    }
  }

  async #work(): Promise<void> {
    this.#busy = true;
    clearTimeout(this.#timer);
    do {
      this.#again = false;
      const delayMs = await this.#step();
      if (this.#stage === "finished") return;
      this.#timer = setTimeout(() => this.wake(), delayMs);
      if (this.#again) clearTimeout(this.#timer);
    } while (this.#again);
    this.#busy = false;
  }

  /** Does what the stage asks for; gives the ms after which to look again. */
  async #step(): Promise<number> {
    const { steps, resyncMs } = this.#options;
    const stage = this.#stage;
    try {
      switch (stage) {
        case "syncing":
          return await this.#sync();
        case "terminating":
          return await this.#terminate();
        case "terminated":
          return this.#removed ? await this.#discard() : await this.#reportAgain();
        case "finished":
          return resyncMs;
        default:
          return stage satisfies never;
      }
    } catch (thrown) {
      if (this.#stage === stage) steps.failed(this.#pod, stage, thrown);
      return retryMs;
    }
  }

  async #sync(): Promise<number> {
    const { steps, resyncMs } = this.#options;
    const uid = this.#pod.metadata.uid ?? "";
    const before = await steps.inspect(uid);
    if (!steps.mayStart(this.#pod)) return resyncMs;
    // An ended pod's status must not be overtaken by a sync that would start it again.
    if (await steps.report(this.#pod, before, this.memory, false)) return this.#ended();
    const { runtime, retryMs: wait } = await steps.sync(this.#pod, before, this.memory, this.#abort.signal);
    if (await steps.report(this.#pod, runtime, this.memory, false)) return this.#ended();
    return Math.min(wait ?? resyncMs, resyncMs, steps.deadlineMs(this.#pod) ?? resyncMs);
  }

  #ended(): number {
    if (this.#stage === "syncing") this.#stage = "terminating";
    this.#again = true;
    return 0;
  }

  async #terminate(): Promise<number> {
    const { steps } = this.#options;
    const uid = this.#pod.metadata.uid ?? "";
    const before = await steps.inspect(uid);
    await steps.report(this.#pod, before, this.memory, false);
    const graceSeconds = this.#graceOverride ?? this.#pod.spec.terminationGracePeriodSeconds ?? 30;
    this.#killing = { graceSeconds };
    await steps.kill(this.#pod, before, this.#graceOverride);
    this.#killing = undefined;
    const after = await steps.inspect(uid);
    if (after.containers.some(isAlive)) return retryMs;
    await steps.report(this.#pod, after, this.memory, true);
    await steps.release(this.#pod);
    this.#stage = "terminated";
    this.#again = true;
    return 0;
  }

  /** Why a container ended may be told after its end: an OOM kill is. */
  async #reportAgain(): Promise<number> {
    const { steps, resyncMs } = this.#options;
    await steps.report(this.#pod, await steps.inspect(this.#pod.metadata.uid ?? ""), this.memory, true);
    return resyncMs;
  }

  async #discard(): Promise<number> {
    const { steps, onFinished } = this.#options;
    await steps.discard(this.#pod, await steps.inspect(this.#pod.metadata.uid ?? ""));
    this.#stage = "finished";
    clearTimeout(this.#timer);
    onFinished(this.#pod);
    return 0;
  }
}
