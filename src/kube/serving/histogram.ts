/** Observations counted by bucket as they come, and added up when they are read (Prometheus' cumulative `le`). */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` are the upper ends of the buckets, in ascending order; +Inf is understood. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? this.#bounds.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** The sum, the count, and for each upper bound how many values were not above it. */
  read(): { readonly sum: number; readonly count: number; readonly buckets: readonly (readonly [string, number])[] } {
    let count = 0;
    const buckets = this.#counts.map((one, index) => {
      count += one;
      return [String(this.#bounds[index] ?? "+Inf"), count] as const;
    });
    return { sum: this.#sum, count, buckets };
  }
}

/** `count` bounds, each `factor` times the one before. */
export function exponentialBounds(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((first * factor ** index).toPrecision(12)));
}
