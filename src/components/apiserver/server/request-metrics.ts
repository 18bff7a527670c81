import { Metrics, processMetrics } from "../../../kube/serving/metrics.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Endpoint } from "../http/router.ts";
import type { InFlight } from "./in-flight.ts";
import { isLongRunning } from "./in-flight.ts";

const seconds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

/** What is counted of requests, under upstream's names. */
export class RequestMetrics {
  readonly #metrics = new Metrics();
  readonly #process = processMetrics(this.#metrics);
  readonly #total = this.#metrics.counter(
    "apiserver_request_total",
    "Counter of apiserver requests by verb, group, version, resource and code.",
  );
  readonly #duration = this.#metrics.histogram(
    "apiserver_request_duration_seconds",
    "Response latency distribution in seconds.",
    seconds,
  );
  readonly #inFlight = this.#metrics.gauge("apiserver_current_inflight_requests", "Requests under way, by kind.");

  observe(exchange: Exchange, code: number, tookMs: number): void {
    const { info } = exchange;
    const labels =
      info.kind === "resource"
        ? {
            verb: verbOf(info.verb),
            group: info.group,
            version: info.version,
            resource: info.resource,
            subresource: info.subresource,
          }
        : { verb: info.verb.toUpperCase(), group: "", version: "", resource: "", subresource: "" };
    this.#total({ ...labels, code: String(code) });
    if (!isLongRunning(exchange)) this.#duration(tookMs / 1000, labels);
  }

  /** GET /metrics */
  endpoint(inFlight: InFlight): Endpoint {
    return () => {
      this.#process();
      this.#inFlight(inFlight.now.reading, { request_kind: "readOnly" });
      this.#inFlight(inFlight.now.writing, { request_kind: "mutating" });
      return { kind: "text", status: 200, body: this.#metrics.text(), contentType: "text/plain; version=0.0.4" };
    };
  }
}

const verbs: Readonly<Record<string, string>> = { create: "POST", update: "PUT", deletecollection: "DELETECOLLECTION" };

function verbOf(verb: string): string {
  return verbs[verb] ?? verb.toUpperCase();
}
