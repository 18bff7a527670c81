/** Exponential back-off by key: doubles with each failure up to a maximum, forgotten after twice that without one. */
export type Backoff = {
  /** Ms until `key` may be tried again, counted from `sinceMs`; 0 when it may be now. */
  remainingMs(key: string, sinceMs: number): number;
  /** Ms since the last step; 0 before the first. */
  ageMs(key: string): number;
  /** The delay in force, for messages; 0 before the first failure. */
  delayMs(key: string): number;
  /** Takes the next step; `sinceMs` is when the failure that it follows happened. */
  next(key: string, sinceMs: number): void;
  forget(prefix: string): void;
  /** How many keys are remembered. */
  size(): number;
};

export type BackoffOptions = {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly now: () => number;
};

type Entry = { delayMs: number; updatedAtMs: number };

export function createBackoff({ initialMs, maxMs, now }: BackoffOptions): Backoff {
  const entries = new Map<string, Entry>();
  const expired = (entry: Entry, eventMs: number) => eventMs - entry.updatedAtMs > 2 * maxMs;
  return {
    remainingMs(key, sinceMs) {
      const entry = entries.get(key);
      if (!entry || expired(entry, sinceMs)) return 0;
      // A clock that was set back costs one delay at most.
      return Math.max(0, entry.delayMs - Math.max(0, now() - sinceMs));
    },
    ageMs: (key) => now() - (entries.get(key)?.updatedAtMs ?? now()),
    delayMs: (key) => entries.get(key)?.delayMs ?? 0,
    next(key, sinceMs) {
      const entry = entries.get(key);
      const delayMs = !entry || expired(entry, sinceMs) ? initialMs : Math.min(entry.delayMs * 2, maxMs);
      const updatedAtMs = now();
      entries.delete(key);
      entries.set(key, { delayMs, updatedAtMs });
      // A map keeps the order of insertion: the oldest are its first. They went with their pods, and nobody else forgets them.
      for (const [old, entry] of entries) {
        if (updatedAtMs - entry.updatedAtMs <= 4 * maxMs) break;
        entries.delete(old);
      }
    },
    size: () => entries.size,
    forget(prefix) {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
  };
}
