/** Lets so many through a second, one at a time, each zone for itself (a token bucket that holds one). A turn counts once it was used. */
export class EvictionLimiter {
  readonly #lastMs = new Map<string, number>();

  /** Whether the zone's turn has come at this rate; at a rate of 0 it never comes. */
  hasTurn(zone: string, ratePerSecond: number, nowMs: number): boolean {
    if (ratePerSecond <= 0) return false;
    return nowMs - (this.#lastMs.get(zone) ?? Number.NEGATIVE_INFINITY) >= 1000 / ratePerSecond;
  }

  used(zone: string, nowMs: number): void {
    this.#lastMs.set(zone, nowMs);
  }
}
