type Labels = Readonly<Record<string, string>>;
type Series = { readonly labels: Labels; readonly suffix: string; value: number };

/** Counters, gauges and histograms in Prometheus' text form; the few that a small program needs, without a library's memory. */
export class Metrics {
  readonly #families = new Map<string, { help: string; type: string; series: Map<string, Series> }>();

  /** Makes a counter known; the function counts up. */
  counter(name: string, help: string): (labels?: Labels, by?: number) => void {
    const series = this.#family(name, help, "counter");
    return (labels = {}, by = 1) => {
      seriesOf(series, labels).value += by;
    };
  }

  /** Makes a gauge known; the function sets it. */
  gauge(name: string, help: string): (value: number, labels?: Labels) => void {
    const series = this.#family(name, help, "gauge");
    return (value, labels = {}) => {
      seriesOf(series, labels).value = value;
    };
  }

  /** Makes a histogram known, with the upper bounds of its buckets in ascending order; the function observes a value. */
  histogram(name: string, help: string, bounds: readonly number[]): (value: number, labels?: Labels) => void {
    const series = this.#family(name, help, "histogram");
    return (value, labels = {}) => {
      // every bucket is there from the first observation, as clients of Prometheus expect
      for (const bound of [...bounds, Number.POSITIVE_INFINITY]) {
        const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound);
        seriesOf(series, { ...labels, le }, "_bucket").value += value <= bound ? 1 : 0;
      }
      seriesOf(series, labels, "_sum").value += value;
      seriesOf(series, labels, "_count").value += 1;
    };
  }

  /** Everything in the text exposition format 0.0.4. */
  text(): string {
    const lines: string[] = [];
    for (const [name, { help, type, series }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const { labels, suffix, value } of series.values()) {
        lines.push(`${name}${suffix}${formatLabels(labels)} ${value}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  #family(name: string, help: string, type: string): Map<string, Series> {
    const known = this.#families.get(name);
    if (known) return known.series;
    const series = new Map<string, Series>();
    this.#families.set(name, { help, type, series });
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

function seriesOf(series: Map<string, Series>, labels: Labels, suffix = ""): Series {
  const key = suffix + formatLabels(labels);
  const known = series.get(key);
  if (known) return known;
  const made = { labels, suffix, value: 0 };
  series.set(key, made);
  return made;
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
