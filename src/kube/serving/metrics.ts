import { Histogram } from "./histogram.ts";

export type Labels = Readonly<Record<string, string>>;
/** One line of a family: what follows its name, and the value. */
type Sample = { readonly suffix: string; readonly labels: Labels; readonly value: number };
type Family = { readonly help: string; readonly type: string; readonly samples: () => Sample[] };

/** Counters, gauges and histograms in Prometheus' text form; the few that a small program needs, without a library's memory. */
export class Metrics {
  readonly #families = new Map<string, Family & { readonly series: Map<string, unknown> }>();
  readonly #updates: (() => void)[] = [];

  /** Makes a counter known; the function counts up. */
  counter(name: string, help: string): (labels?: Labels, by?: number) => void {
    const series = this.#numbers(name, help, "counter");
    return (labels = {}, by = 1) => {
      seriesOf(series, labels, () => ({ labels, value: 0 })).value += by;
    };
  }

  /** Makes a gauge known; the function sets it. */
  gauge(name: string, help: string): (value: number, labels?: Labels) => void {
    const series = this.#numbers(name, help, "gauge");
    return (value, labels = {}) => {
      seriesOf(series, labels, () => ({ labels, value })).value = value;
    };
  }

  /** Makes a histogram known, with the upper bounds of its buckets in ascending order; the function observes a value. */
  histogram(name: string, help: string, bounds: readonly number[]): (value: number, labels?: Labels) => void {
    const series = this.#family<{ labels: Labels; histogram: Histogram }>(name, { help, type: "histogram" }, (known) =>
      known.flatMap(({ labels, histogram }) => histogramSamples(labels, histogram)),
    );
    return (value, labels = {}) => {
      seriesOf(series, labels, () => ({ labels, histogram: new Histogram(bounds) })).histogram.observe(value);
    };
  }

  /** Has values brought up to date before each reading: those that are cheaper to look up than to keep. */
  beforeReading(update: () => void): void {
    this.#updates.push(update);
  }

  /** Everything in the text exposition format 0.0.4. */
  text(): string {
    for (const update of this.#updates) update();
    const lines: string[] = [];
    for (const [name, { help, type, samples }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const { suffix, labels, value } of samples()) {
        lines.push(`${name}${suffix}${formatLabels(labels)} ${value}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  #numbers(name: string, help: string, type: string): Map<string, { labels: Labels; value: number }> {
    return this.#family(name, { help, type }, (known) =>
      known.map(({ labels, value }) => ({ suffix: "", labels, value })),
    );
  }

  #family<S>(
    name: string,
    facts: { help: string; type: string },
    samples: (series: readonly S[]) => Sample[],
  ): Map<string, S> {
    const known = this.#families.get(name);
    if (known) return known.series as Map<string, S>;
    const series = new Map<string, S>();
    this.#families.set(name, { ...facts, series, samples: () => samples([...series.values()]) });
    return series;
  }
}

/** What Prometheus' client libraries tell about every process. */
export function processMetrics(metrics: Metrics): () => void {
  const cpu = metrics.gauge("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
  const resident = metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
  const started = metrics.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.");
  return () => {
    const { user, system } = process.cpuUsage();
    cpu((user + system) / 1e6);
    resident(process.memoryUsage.rss());
    started(Math.round(performance.timeOrigin / 1000));
  };
}

function histogramSamples(labels: Labels, histogram: Histogram): Sample[] {
  const { sum, count, buckets } = histogram.read();
  return [
    ...buckets.map(([le, value]) => ({ suffix: "_bucket", labels: { ...labels, le }, value })),
    { suffix: "_sum", labels, value: sum },
    { suffix: "_count", labels, value: count },
  ];
}

function seriesOf<S>(series: Map<string, S>, labels: Labels, make: () => S): S {
  const key = formatLabels(labels);
  const known = series.get(key);
  if (known) return known;
  const made = make();
  series.set(key, made);
  return made;
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
