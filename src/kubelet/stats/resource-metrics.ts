import { Metrics } from "../../kube/serving/metrics.ts";
import type { PodUsage, Usage } from "./usage.ts";
import { summed } from "./usage.ts";

/** /metrics/resource, which metrics-server reads: CPU seconds and working sets of node, pods and containers. */
export function resourceMetrics(machine: Usage, pods: readonly PodUsage[], nowMs: number): string {
  const metrics = new Metrics();
  const containerCpu = metrics.counter(
    "container_cpu_usage_seconds_total",
    "Cumulative cpu time consumed by the container in core-seconds",
  );
  const containerMemory = metrics.gauge(
    "container_memory_working_set_bytes",
    "Current working set of the container in bytes",
  );
  const nodeCpu = metrics.counter(
    "node_cpu_usage_seconds_total",
    "Cumulative cpu time consumed by the node in core-seconds",
  );
  const nodeMemory = metrics.gauge("node_memory_working_set_bytes", "Current working set of the node in bytes");
  const podCpu = metrics.counter(
    "pod_cpu_usage_seconds_total",
    "Cumulative cpu time consumed by the pod in core-seconds",
  );
  const podMemory = metrics.gauge("pod_memory_working_set_bytes", "Current working set of the pod in bytes");
  metrics.gauge("resource_scrape_error", "1 if there was an error while getting container metrics, 0 otherwise")(0);
  nodeCpu({}, machine.cpuNanoSeconds / 1e9);
  nodeMemory(machine.workingSetBytes);
  for (const pod of pods) {
    const labels = { namespace: pod.namespace, pod: pod.name };
    const total = summed(pod.containers, nowMs);
    podCpu(labels, total.cpuNanoSeconds / 1e9);
    podMemory(total.workingSetBytes, labels);
    for (const container of pod.containers) {
      containerCpu({ container: container.name, ...labels }, container.cpuNanoSeconds / 1e9);
      containerMemory(container.workingSetBytes, { container: container.name, ...labels });
    }
  }
  return metrics.text();
}
