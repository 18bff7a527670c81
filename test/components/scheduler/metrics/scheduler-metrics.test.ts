import { expect, test } from "vitest";
import { SchedulerMetrics } from "../../../../src/components/scheduler/metrics/scheduler-metrics.ts";
import { Metrics } from "../../../../src/kube/serving/metrics.ts";

test("attempts, waiting and pending pods are told under upstream's names", () => {
  const metrics = new Metrics();
  const scheduler = new SchedulerMetrics(metrics);
  let active = 3;
  scheduler.showPending(() => ({ active, backoff: 1, unschedulable: 2, gated: 4 }));
  scheduler.attempted("scheduled", "default-scheduler", 5);
  scheduler.decided(2);
  scheduler.scheduled(1, 30);
  scheduler.scheduled(15, 60_000);
  expect(metrics.text()).toContain('scheduler_pending_pods{queue="active"} 3\n');
  active = 0;
  const text = metrics.text();
  for (const line of [
    'scheduler_schedule_attempts_total{result="scheduled",profile="default-scheduler"} 1',
    'scheduler_scheduling_attempt_duration_seconds_bucket{result="scheduled",profile="default-scheduler",le="0.008"} 1',
    'scheduler_scheduling_algorithm_duration_seconds_bucket{le="0.001"} 0',
    'scheduler_scheduling_algorithm_duration_seconds_bucket{le="0.002"} 1',
    'scheduler_pod_scheduling_sli_duration_seconds_bucket{attempts="1",le="0.04"} 1',
    'scheduler_pod_scheduling_sli_duration_seconds_sum{attempts="15+"} 60',
    "scheduler_pod_scheduling_attempts_sum 16",
    'scheduler_pending_pods{queue="active"} 0',
    'scheduler_pending_pods{queue="gated"} 4',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});
