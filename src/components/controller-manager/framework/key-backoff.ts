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
    this.#entries.set(key, { untilMs: nowMs + delayMs, delayMs, lastMs: nowMs });
    return 0;
  }
}
