import { Metrics, processMetrics } from "../../../kube/serving/metrics.ts";
import type { Answered } from "./server.ts";

const durationBounds = Array.from({ length: 16 }, (_, power) => 0.00025 * 2 ** power);

type Tally = { labels: Record<string, string>; count: number };

/** CoreDNS's metrics under its names. Counts are kept apart and put into text when it is asked for: answers come often. */
export class DnsMetrics {
  readonly #requests = new Map<string, Tally>();
  readonly #responses = new Map<string, Tally>();
  readonly #durations = new Map<string, number[]>();
  readonly #sums = new Map<string, number>();
  readonly #cache = { hit: 0, miss: 0 };
  reloadsFailed = 0;

  /** Counts one answer of a server, `dns://:53`, for a zone. */
  answered({ query, reply, client, seconds }: Answered, server: string, zone: string): void {
    const family = client.address.includes(":") && !client.address.startsWith("::ffff:") ? "2" : "1";
    const { protocol: proto, type } = query;
    tally(this.#requests, `${server} ${zone} ${proto} ${family} ${type}`, () => ({
      server,
      zone,
      view: "",
      proto,
      family,
      type,
    }));
    tally(this.#responses, `${server} ${zone} ${reply.rcode}`, () => ({
      server,
      zone,
      view: "",
      rcode: reply.rcode,
      plugin: "",
    }));
    const key = `${server} ${zone}`;
    const buckets = this.#durations.get(key) ?? new Array<number>(durationBounds.length + 1).fill(0);
    const at = durationBounds.findIndex((bound) => seconds <= bound);
    const bucket = at < 0 ? durationBounds.length : at;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    this.#durations.set(key, buckets);
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + seconds);
  }

  cached(result: "hit" | "miss"): void {
    this.#cache[result]++;
  }

  /** The text exposition format. */
  text(): string {
    const metrics = new Metrics();
    processMetrics(metrics)();
    metrics.gauge("coredns_build_info", "A metric with a constant '1' value.")(1, { version: "slipway" });
    counters(
      metrics,
      "coredns_dns_requests_total",
      "Counter of DNS requests made per zone, protocol and family.",
      this.#requests,
    );
    counters(metrics, "coredns_dns_responses_total", "Counter of response status codes.", this.#responses);
    metrics.counter("coredns_cache_hits_total", "The count of cache hits.")({}, this.#cache.hit);
    metrics.counter("coredns_cache_misses_total", "The count of cache misses.")({}, this.#cache.miss);
    metrics.counter("coredns_reload_failed_total", "Counter of the number of failed reload attempts.")(
      {},
      this.reloadsFailed,
    );
    return metrics.text() + this.#durationText();
  }

  #durationText(): string {
    const name = "coredns_dns_request_duration_seconds";
    const lines = [
      `# HELP ${name} Histogram of the time (in seconds) each request took per zone.`,
      `# TYPE ${name} histogram`,
    ];
    for (const [key, buckets] of this.#durations) {
      const [server, zone] = key.split(" ");
      const labels = `server="${server}",zone="${zone}",view=""`;
      let sum = 0;
      for (const [at, count] of buckets.entries()) {
        sum += count;
        lines.push(`${name}_bucket{${labels},le="${durationBounds[at] ?? "+Inf"}"} ${sum}`);
      }
      lines.push(`${name}_sum{${labels}} ${this.#sums.get(key)}`, `${name}_count{${labels}} ${sum}`);
    }
    return `${lines.join("\n")}\n`;
  }
}

function tally(tallies: Map<string, Tally>, key: string, labels: () => Record<string, string>): void {
  const known = tallies.get(key);
  if (known) known.count++;
  else tallies.set(key, { labels: labels(), count: 1 });
}

function counters(metrics: Metrics, name: string, help: string, tallies: ReadonlyMap<string, Tally>): void {
  const count = metrics.counter(name, help);
  for (const { labels, count: by } of tallies.values()) count(labels, by);
}
