import { Metrics, processMetrics } from "../../../kube/serving/metrics.ts";
import type { Family } from "../rules/base-table.ts";

/**
 * kube-proxy's metrics of nftables mode under upstream's names and labels (pkg/proxy/metrics/metrics.go). One is left out: stale
 * chains go in the transaction of their sync, so that nftables_cleanup_failures has nothing to count.
 */
export type ProxyMetrics = ReturnType<typeof proxyMetrics>;

/** 1 ms doubling 15 times, and the coarse seconds and minutes of programming latency. */
const syncBounds = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power);
const programmingBounds = [
  ...linear({ from: 0.25, by: 0.25, count: 2 }),
  ...linear({ from: 1, by: 1, count: 59 }),
  ...linear({ from: 60, by: 5, count: 12 }),
  ...linear({ from: 120, by: 30, count: 7 }),
];

export function proxyMetrics() {
  const metrics = new Metrics();
  const updateProcess = processMetrics(metrics);
  const sync = "kubeproxy_sync_";
  return {
    syncSeconds: metrics.histogram(
      `${sync}proxy_rules_duration_seconds`,
      "SyncProxyRules latency in seconds",
      syncBounds,
    ),
    fullSyncSeconds: metrics.histogram(
      `${sync}full_proxy_rules_duration_seconds`,
      "SyncProxyRules latency in seconds for full resyncs",
      syncBounds,
    ),
    partialSyncSeconds: metrics.histogram(
      `${sync}partial_proxy_rules_duration_seconds`,
      "SyncProxyRules latency in seconds for partial resyncs",
      syncBounds,
    ),
    programmingSeconds: metrics.histogram(
      "kubeproxy_network_programming_duration_seconds",
      "In Cluster Network Programming Latency in seconds",
      programmingBounds,
    ),
    serviceChanges: metrics.counter(
      `${sync}proxy_rules_service_changes_total`,
      "Cumulative proxy rules Service changes",
    ),
    endpointChanges: metrics.counter(
      `${sync}proxy_rules_endpoint_changes_total`,
      "Cumulative proxy rules Endpoint changes",
    ),
    servicesPending: metrics.gauge(`${sync}proxy_rules_service_changes_pending`, "Pending proxy rules Service changes"),
    endpointsPending: metrics.gauge(
      `${sync}proxy_rules_endpoint_changes_pending`,
      "Pending proxy rules Endpoint changes",
    ),
    lastSynced: metrics.gauge(
      `${sync}proxy_rules_last_timestamp_seconds`,
      "The last time proxy rules were successfully synced",
    ),
    lastQueued: metrics.gauge(
      `${sync}proxy_rules_last_queued_timestamp_seconds`,
      "The last time a sync of proxy rules was queued",
    ),
    failures: metrics.counter(
      `${sync}proxy_rules_nftables_sync_failures_total`,
      "Cumulative proxy nftables sync failures",
    ),
    noLocalEndpoints: metrics.gauge(
      `${sync}proxy_rules_no_local_endpoints_total`,
      "Number of services with a Local traffic policy and no endpoints",
    ),
    ...flowAndHealthMetrics(metrics),
    text: () => {
      updateProcess();
      return metrics.text();
    },
  };
}

export function familyLabel(family: Family): { readonly ip_family: "IPv4" | "IPv6" } {
  return { ip_family: family === "ip" ? "IPv4" : "IPv6" };
}

function flowAndHealthMetrics(metrics: Metrics) {
  return {
    reconcileSeconds: metrics.histogram(
      "kubeproxy_conntrack_reconciler_sync_duration_seconds",
      "ReconcileConntrackFlowsLatency latency in seconds",
      syncBounds,
    ),
    forgottenFlows: metrics.counter(
      "kubeproxy_conntrack_reconciler_deleted_entries_total",
      "Cumulative conntrack flows deleted by conntrack reconciler",
    ),
    healthz: metrics.counter("kubeproxy_proxy_healthz_total", "Cumulative proxy healthz HTTP status"),
    livez: metrics.counter("kubeproxy_proxy_livez_total", "Cumulative proxy livez HTTP status"),
  };
}

function linear({ from, by, count }: { from: number; by: number; count: number }): number[] {
  return Array.from({ length: count }, (_, at) => from + at * by);
}
