type Entry = { readonly untilMs: number; readonly delayMs: number; readonly lastMs: number };

/** How long to wait before doing again what failed before, doubling for each key; forgotten after twice the longest wait. */
export class KeyBackoff {
  readonly #entries = new Map<string, Entry>();
  readonly #settings: { readonly firstMs: number; readonly maxMs: number };

  constructor(settings: { readonly firstMs: number; readonly maxMs: number }) {
    this.#settings = settings;
  }

  /** Zero: it may be done now, and the next time waits longer. Else milliseconds to wait. */
  take(key: string, nowMs: number): number {
    const { firstMs, maxMs } = this.#settings;
    const known = this.#entries.get(key);
    const entry = known && nowMs - known.lastMs < 2 * maxMs ? known : undefined;
    if (entry && nowMs < entry.untilMs) return entry.untilMs - nowMs;
    const delayMs = entry ? Math.min(maxMs, entry.delayMs * 2) : firstMs;
    this.#entries.delete(key);
    this.#entries.set(key, { untilMs: nowMs + delayMs, delayMs, lastMs: nowMs });
    this.#sweep(nowMs);
    return 0;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** A map keeps the order of insertion: the first were not taken for the longest. */
  #sweep(nowMs: number): void {
    for (const [key, { lastMs }] of this.#entries) {
      if (nowMs - lastMs < 2 * this.#settings.maxMs) return;
      this.#entries.delete(key);
    }
  }
}
