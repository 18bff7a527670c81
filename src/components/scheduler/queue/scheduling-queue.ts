import type { ClusterEvent } from "../framework/plugin.ts";
import type { PodInfo } from "../state/pod-info.ts";
import { PriorityHeap } from "./priority-heap.ts";

/** A pod that waits for a node, with the history of its attempts. */
export type QueuedPod = {
  readonly info: PodInfo;
  readonly addedAtMs: number;
  readonly attempts: number;
  /** When its last attempt failed: its back-off counts from there. */
  readonly failedAtMs: number;
  /** The plugins that rejected it last; empty where it failed for another cause. */
  readonly rejectedBy: ReadonlySet<string>;
};

type Settings = {
  readonly now: () => number;
  /** Which events may change each plugin's mind. */
  readonly retryOn: (plugin: string) => readonly ClusterEvent[];
  readonly initialBackoffMs?: number;
  readonly maxBackoffMs?: number;
  /** A pod that no event helped is tried again after so long anyway. */
  readonly stuckMs?: number;
};

/**
 * Pods in three places (upstream's scheduling queue): active, by priority and age; backing off after a failure; and
 * unschedulable, until an event that a rejecting plugin cares about.
 */
export class SchedulingQueue {
  readonly #settings: Required<Settings>;
  readonly #active: PriorityHeap<QueuedPod>;
  readonly #backingOff = new PriorityHeap<{ pod: QueuedPod; untilMs: number }>(
    (one, other) => one.untilMs < other.untilMs,
  );
  readonly #unschedulable = new Map<string, { pod: QueuedPod; sinceMs: number }>();
  readonly #known = new Map<string, "active" | "backoff" | "unschedulable" | "cycle">();
  /** Events during a pod's own scheduling cycle, which its failure must not miss. */
  #eventsInFlight: { event: ClusterEvent; at: number }[] = [];
  readonly #cycles = new Map<string, { readonly uid: string | undefined; readonly startedAt: number }>();
  #clock = 0;

  constructor(settings: Settings) {
    this.#settings = { initialBackoffMs: 1000, maxBackoffMs: 10_000, stuckMs: 5 * 60_000, ...settings };
    this.#active = new PriorityHeap((one, other) =>
      one.info.priority === other.info.priority
        ? one.addedAtMs < other.addedAtMs
        : one.info.priority > other.info.priority,
    );
  }

  get size(): { active: number; backoff: number; unschedulable: number } {
    return { active: this.#active.size, backoff: this.#backingOff.size, unschedulable: this.#unschedulable.size };
  }

  /** A pod that was not in the queue, or a changed one: it goes straight to the active ones. */
  add(info: PodInfo): void {
    const place = this.#known.get(info.key);
    if (place === "cycle") return;
    const before = this.#unschedulable.get(info.key)?.pod;
    if (place) this.delete(info.key);
    const now = this.#settings.now();
    this.#activate({ info, addedAtMs: now, attempts: before?.attempts ?? 0, failedAtMs: now, rejectedBy: new Set() });
  }

  /** A pod that changed in a way that no plugin cares about keeps its place, with its new contents. */
  refresh(info: PodInfo): void {
    const waiting = this.#unschedulable.get(info.key);
    if (waiting) this.#unschedulable.set(info.key, { ...waiting, pod: { ...waiting.pod, info } });
    else if (this.#known.get(info.key) === "active") this.add(info);
  }

  isWaiting(key: string): boolean {
    return this.#unschedulable.has(key);
  }

  delete(key: string): void {
    const place = this.#known.get(key);
    this.#known.delete(key);
    this.#cycles.delete(key);
    if (place === "active") this.#active.remove(({ info }) => info.key === key);
    if (place === "backoff") this.#backingOff.remove(({ pod }) => pod.info.key === key);
    if (place === "unschedulable") this.#unschedulable.delete(key);
  }

  /** The next pod to schedule; its cycle ends with `done` or `failed`. */
  pop(): QueuedPod | undefined {
    this.#releaseBackoff();
    const pod = this.#active.pop();
    if (!pod) return undefined;
    this.#known.set(pod.info.key, "cycle");
    this.#cycles.set(pod.info.key, { uid: pod.info.pod.metadata.uid, startedAt: this.#clock });
    return { ...pod, attempts: pod.attempts + 1 };
  }

  /** The pod has a node. */
  done({ info }: QueuedPod): void {
    if (this.#endCycle(info) !== undefined) this.#known.delete(info.key);
  }

  /** No node, or the binding failed: it waits for an event if plugins rejected it, else only for its back-off. */
  failed(pod: QueuedPod, rejectedBy: ReadonlySet<string>): void {
    const { key } = pod.info;
    const events = this.#eventsInFlight;
    const startedAt = this.#endCycle(pod.info);
    if (startedAt === undefined) return;
    const missed = events.filter(({ at }) => at >= startedAt);
    const next = { ...pod, rejectedBy, failedAtMs: this.#settings.now() };
    if (rejectedBy.size === 0 || missed.some(({ event }) => this.#helps(event, rejectedBy))) {
      this.#backOff(next);
      return;
    }
    this.#known.set(key, "unschedulable");
    this.#unschedulable.set(key, { pod: next, sinceMs: this.#settings.now() });
  }

  /** Tells of an event: pods that it may help come back, after what is left of their back-off. */
  moveOn(event: ClusterEvent): void {
    if (this.#cycles.size > 0) this.#eventsInFlight.push({ event, at: this.#clock++ });
    for (const [key, { pod }] of this.#unschedulable) {
      if (!this.#helps(event, pod.rejectedBy)) continue;
      this.#unschedulable.delete(key);
      this.#backOff(pod);
    }
  }

  /** Brings back pods that have been unschedulable for five minutes, whatever happened. */
  retryStuck(): void {
    const now = this.#settings.now();
    for (const [key, { pod, sinceMs }] of this.#unschedulable) {
      if (now - sinceMs < this.#settings.stuckMs) continue;
      this.#unschedulable.delete(key);
      this.#activate(pod);
    }
  }

  /** How long until a pod's back-off ends; undefined when none backs off. */
  nextBackoffMs(): number | undefined {
    const next = this.#backingOff.peek();
    return next && Math.max(0, next.untilMs - this.#settings.now());
  }

  #helps(event: ClusterEvent, plugins: ReadonlySet<string>): boolean {
    for (const plugin of plugins) if (this.#settings.retryOn(plugin).includes(event)) return true;
    return false;
  }

  #activate(pod: QueuedPod): void {
    this.#known.set(pod.info.key, "active");
    this.#active.push(pod);
  }

  #backOff(pod: QueuedPod): void {
    const { initialBackoffMs, maxBackoffMs, now } = this.#settings;
    const delayMs = Math.min(maxBackoffMs, initialBackoffMs * 2 ** Math.max(0, pod.attempts - 1));
    const untilMs = pod.failedAtMs + delayMs;
    if (untilMs <= now()) this.#activate(pod);
    else {
      this.#known.set(pod.info.key, "backoff");
      this.#backingOff.push({ pod, untilMs });
    }
  }

  #releaseBackoff(): void {
    const now = this.#settings.now();
    for (let next = this.#backingOff.peek(); next && next.untilMs <= now; next = this.#backingOff.peek()) {
      this.#backingOff.pop();
      this.#activate(next.pod);
    }
  }

  /** When the pod's cycle began; undefined when it is over already, as for a pod that was deleted and made anew meanwhile. */
  #endCycle({ key, pod }: PodInfo): number | undefined {
    const cycle = this.#cycles.get(key);
    if (cycle?.uid !== pod.metadata.uid || cycle === undefined) return undefined;
    this.#cycles.delete(key);
    if (this.#cycles.size === 0) this.#eventsInFlight = [];
    return cycle.startedAt;
  }
}
