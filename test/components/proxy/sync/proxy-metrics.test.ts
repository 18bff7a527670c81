import { describe, expect, it } from "vitest";
import { proxyMetrics } from "../../../../src/components/proxy/sync/proxy-metrics.ts";

/** Of pkg/proxy/metrics/metrics.go, Kubernetes 1.36: what nftables mode registers, save nftables_cleanup_failures. */
const upstreams = {
  kubeproxy_conntrack_reconciler_deleted_entries_total: "counter",
  kubeproxy_conntrack_reconciler_sync_duration_seconds: "histogram",
  kubeproxy_network_programming_duration_seconds: "histogram",
  kubeproxy_proxy_healthz_total: "counter",
  kubeproxy_proxy_livez_total: "counter",
  kubeproxy_sync_full_proxy_rules_duration_seconds: "histogram",
  kubeproxy_sync_partial_proxy_rules_duration_seconds: "histogram",
  kubeproxy_sync_proxy_rules_duration_seconds: "histogram",
  kubeproxy_sync_proxy_rules_endpoint_changes_pending: "gauge",
  kubeproxy_sync_proxy_rules_endpoint_changes_total: "counter",
  kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds: "gauge",
  kubeproxy_sync_proxy_rules_last_timestamp_seconds: "gauge",
  kubeproxy_sync_proxy_rules_nftables_sync_failures_total: "counter",
  kubeproxy_sync_proxy_rules_no_local_endpoints_total: "gauge",
  kubeproxy_sync_proxy_rules_service_changes_pending: "gauge",
  kubeproxy_sync_proxy_rules_service_changes_total: "counter",
};

describe("kube-proxy's metrics", () => {
  it("have upstream's names and types", () => {
    const found = [
      ...proxyMetrics()
        .text()
        .matchAll(/^# TYPE (kubeproxy_\S+) (\S+)/gm),
    ];
    expect(Object.fromEntries(found.map(([, name, type]) => [name, type]))).toEqual(upstreams);
  });

  it("have upstream's buckets", () => {
    const metrics = proxyMetrics();
    metrics.programmingSeconds(0.3);
    metrics.syncSeconds(0.3);
    expect(boundsOf(metrics.text(), "network_programming")).toMatchObject({
      length: 81,
      0: "0.25",
      73: "120",
      79: "300",
    });
    expect(boundsOf(metrics.text(), "sync_proxy_rules")).toMatchObject({ length: 16, 0: "0.001", 14: "16.384" });
  });
});

function boundsOf(text: string, name: string): (string | undefined)[] {
  return [...text.matchAll(new RegExp(`kubeproxy_${name}_duration_seconds_bucket{le="(.*)"}`, "g"))].map(
    ([, le]) => le,
  );
}
