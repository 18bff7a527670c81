/** A histogram that costs little to feed: counts by bucket under a label set, written out only when somebody asks. */
export class Latencies {
  readonly #name: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { counts: number[]; sum: number; count: number }>();

  constructor(name: string, bounds: readonly number[]) {
    this.#name = name;
    this.#bounds = bounds;
  }

  /** `labels` in the text form: `verb="GET",resource="pods"`. */
  observe(labels: string, value: number): void {
    let series = this.#series.get(labels);
    if (!series) {
      series = { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#series.set(labels, series);
    }
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  text(help: string): string {
    const lines = [`# HELP ${this.#name} ${help}`, `# TYPE ${this.#name} histogram`];
    for (const [labels, { counts, sum, count }] of this.#series) {
      let total = 0;
      for (const [index, bound] of this.#bounds.entries()) {
        total += counts[index] ?? 0;
        lines.push(`${this.#name}_bucket{${labels},le="${bound}"} ${total}`);
      }
      lines.push(`${this.#name}_bucket{${labels},le="+Inf"} ${count}`);
      lines.push(`${this.#name}_sum{${labels}} ${sum}`, `${this.#name}_count{${labels}} ${count}`);
    }
    return `${lines.join("\n")}\n`;
  }
}
