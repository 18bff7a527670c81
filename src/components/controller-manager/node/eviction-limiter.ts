/** Lets so many through a second, one at a time, each zone for itself (a token bucket that holds one). */
export class EvictionLimiter {
  readonly #lastMs = new Map<string, number>();

  /** Takes the zone's turn if it has come at this rate; a rate of 0 never comes. */
  take(zone: string, ratePerSecond: number, nowMs: number): boolean {
    if (ratePerSecond <= 0) return false;
    const last = this.#lastMs.get(zone) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - last < 1000 / ratePerSecond) return false;
    this.#lastMs.set(zone, nowMs);
    return true;
  }
}
