import type { Usage } from "./usage.ts";

type Reading = { readonly atMs: number; readonly cpuNanoSeconds: number; readonly cores: number | undefined };

/** Cores in use between the last two readings of each key. */
export class CpuRates {
  readonly #readings = new Map<string, Reading>();

  /** Undefined at the first reading, and when a counter began anew. */
  rate(key: string, { atMs, cpuNanoSeconds }: Usage): number | undefined {
    const before = this.#readings.get(key);
    if (before && atMs <= before.atMs) return before.cores;
    const grown = before ? cpuNanoSeconds - before.cpuNanoSeconds : -1;
    const cores = before && grown >= 0 ? grown / ((atMs - before.atMs) * 1e6) : undefined;
    this.#readings.set(key, { atMs, cpuNanoSeconds, cores });
    return cores;
  }

  /** Forgets keys that were not read since. */
  forgetBefore(atMs: number): void {
    for (const [key, reading] of this.#readings) if (reading.atMs < atMs) this.#readings.delete(key);
  }
}
