/** Whether the rules keep up with what was asked: healthy until a change waits longer than `timeoutMs`. */
export class SyncHealth {
  readonly #timeoutMs: number;
  readonly #now: () => number;
  #oldestQueuedAt: number | undefined;
  #lastUpdatedAt: number | undefined;

  constructor({ timeoutMs, now }: { timeoutMs: number; now: () => number }) {
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  queued(): void {
    this.#oldestQueuedAt ??= this.#now();
  }

  /** A sync began at `startedAt`, and went well. */
  updated(startedAt: number): void {
    this.#lastUpdatedAt = this.#now();
    if (this.#oldestQueuedAt !== undefined && this.#oldestQueuedAt <= startedAt) this.#oldestQueuedAt = undefined;
  }

  /** Milliseconds since 1970; undefined before the first sync. */
  get lastUpdatedAt(): number | undefined {
    return this.#lastUpdatedAt;
  }

  /** False before the first sync. */
  get isHealthy(): boolean {
    if (this.#lastUpdatedAt === undefined) return false;
    return this.#oldestQueuedAt === undefined || this.#now() - this.#oldestQueuedAt < this.#timeoutMs;
  }
}
