import type { Answered } from "../exchange.ts";
import type { Metrics } from "./metrics.ts";

const bounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** The rest_client_* metrics of client-go for requests to one server (component-base/metrics/prometheus/restclient). */
export function clientMetrics(metrics: Metrics, server: string): (answered: Answered) => void {
  const { host } = new URL(server);
  const requests = metrics.counter(
    "rest_client_requests_total",
    "Number of HTTP requests, partitioned by status code, method, and host.",
  );
  const durations = metrics.histogram(
    "rest_client_request_duration_seconds",
    "Request latency in seconds. Broken down by verb, and host.",
    bounds,
  );
  return ({ method, status, tookMs }) => {
    requests({ code: status === undefined ? "<error>" : String(status), method, host });
    durations(tookMs / 1000, { verb: method, host });
  };
}
