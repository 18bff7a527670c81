import { type Clock, systemClock } from "../base/clock.ts";
import type { QueueObserver } from "./work-queue-metrics.ts";

type Settings = {
  /** First and longest delay after failures of one key; 5 ms doubling to 1000 s is client-go's default. */
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
  readonly observer?: QueueObserver | undefined;
  readonly clock?: Clock;
};

/**
 * Keys to work on: each is in the queue once, is worked on by one worker at a time, and comes back when it was added
 * meanwhile (client-go's workqueue). The worker's failures are told and retried with a growing delay.
 */
export class WorkQueue {
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  readonly #dirty = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { callOff: () => void; at: number }>();
  readonly #settings: Required<Pick<Settings, "firstRetryMs" | "maxRetryMs">>;
  readonly #observer: QueueObserver | undefined;
  readonly #clock: Clock;
  #work: ((key: string) => Promise<void>) | undefined;
  #onError: (key: string, thrown: unknown) => void = () => undefined;
  #free = 0;

  constructor({ firstRetryMs = 5, maxRetryMs = 1_000_000, observer, clock = systemClock }: Settings = {}) {
    this.#settings = { firstRetryMs, maxRetryMs };
    this.#observer = observer;
    this.#clock = clock;
  }

  get length(): number {
    return this.#waiting.size + this.#dirty.size;
  }

  add(key: string): void {
    const place = this.#active.has(key) ? this.#dirty : this.#waiting;
    if (!place.has(key)) {
      place.add(key);
      this.#observer?.added(key);
    }
    this.#dispatch();
  }

  /** Adds the key after a delay; of several delays the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    this.#observer?.delayed();
    const at = this.#clock.now() + delayMs;
    const pending = this.#timers.get(key);
    if (pending && pending.at <= at) return;
    pending?.callOff();
    const fire = () => {
      this.#timers.delete(key);
      this.add(key);
    };
    this.#timers.set(key, { callOff: this.#clock.after(delayMs, fire), at });
  }

  /** How often the key failed in a row. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Works on keys with so many workers until the signal aborts; keys already being worked on run to their end. */
  run(
    work: (key: string) => Promise<void>,
    {
      workers,
      signal,
      onError,
    }: { workers: number; signal: AbortSignal; onError?: (key: string, thrown: unknown) => void },
  ): void {
    this.#work = work;
    this.#free = workers;
    if (onError) this.#onError = onError;
    signal.addEventListener("abort", () => this.#stop(), { once: true });
    this.#dispatch();
  }

  #stop(): void {
    this.#work = undefined;
    for (const { callOff } of this.#timers.values()) callOff();
    this.#timers.clear();
  }

  #dispatch(): void {
    while (this.#work && this.#free > 0) {
      const [key] = this.#waiting;
      if (key === undefined) return;
      this.#waiting.delete(key);
      this.#active.add(key);
      this.#observer?.started(key);
      this.#free--;
      void this.#process(key, this.#work);
    }
  }

  async #process(key: string, work: (key: string) => Promise<void>): Promise<void> {
    try {
      await work(key);
      this.#failures.delete(key);
    } catch (thrown) {
      this.#retry(key, thrown);
    }
    this.#active.delete(key);
    this.#observer?.ended(key);
    this.#free++;
    if (this.#dirty.delete(key)) this.#waiting.add(key);
    this.#dispatch();
  }

  #retry(key: string, thrown: unknown): void {
    const failures = this.failuresOf(key) + 1;
    this.#failures.set(key, failures);
    this.#onError(key, thrown);
    const { firstRetryMs, maxRetryMs } = this.#settings;
    if (this.#work) this.addAfter(key, Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1)));
  }
}
