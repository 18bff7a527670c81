import { Metrics, processMetrics } from "../../../kube/serving/metrics.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Endpoint } from "../http/router.ts";
import type { InFlight } from "./in-flight.ts";
import { isLongRunning } from "./in-flight.ts";
import { Latencies } from "./latencies.ts";

const seconds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

/** What is counted of requests, under upstream's names. */
export class RequestMetrics {
  readonly #metrics = new Metrics();
  readonly #process = processMetrics(this.#metrics);
  readonly #duration = new Latencies("apiserver_request_duration_seconds", seconds);
  readonly #codes = new Map<string, number>();
  readonly #inFlight = this.#metrics.gauge("apiserver_current_inflight_requests", "Requests under way, by kind.");

  observe(exchange: Exchange, code: number, tookMs: number): void {
    const { info } = exchange;
    const labels =
      info.kind === "resource"
        ? `verb="${verbOf(info.verb)}",group="${info.group}",version="${info.version}",resource="${info.resource}",subresource="${info.subresource}"`
        : `verb="${info.verb.toUpperCase()}",group="",version="",resource="",subresource=""`;
    const key = `${labels},code="${code}"`;
    // Paths are the clients' choice: what they make up must not fill the memory.
    if (!harmless.test(labels) || (this.#codes.size >= maxSeries && !this.#codes.has(key))) return;
    this.#codes.set(key, (this.#codes.get(key) ?? 0) + 1);
    if (!isLongRunning(exchange)) this.#duration.observe(labels, tookMs / 1000);
  }

  /** GET /metrics */
  endpoint(inFlight: InFlight): Endpoint {
    return () => {
      this.#process();
      this.#inFlight(inFlight.now.reading, { request_kind: "readOnly" });
      this.#inFlight(inFlight.now.writing, { request_kind: "mutating" });
      return {
        kind: "text",
        status: 200,
        body: `${this.#metrics.text()}${this.#counters()}${this.#duration.text("Response latency distribution in seconds.")}`,
        contentType: "text/plain; version=0.0.4",
      };
    };
  }

  #counters(): string {
    const name = "apiserver_request_total";
    const lines = [...this.#codes].map(([labels, count]) => `${name}{${labels}} ${count}`);
    return `# HELP ${name} Counter of apiserver requests by verb, group, version, resource and code.\n# TYPE ${name} counter\n${lines.join("\n")}\n`;
  }
}

const maxSeries = 5000;
const harmless = /^[\w=",.-]{1,300}$/;
const verbs: Readonly<Record<string, string>> = { create: "POST", update: "PUT", deletecollection: "DELETECOLLECTION" };

function verbOf(verb: string): string {
  return verbs[verb] ?? verb.toUpperCase();
}
