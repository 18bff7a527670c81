import { expect, test } from "vitest";
import { Metrics } from "../../../src/kube/serving/metrics.ts";

test("counters and gauges stand in Prometheus' text form", () => {
  const metrics = new Metrics();
  const count = metrics.counter("attempts_total", "Attempts.");
  count({ result: "ok" });
  count({ result: "ok" }, 2);
  metrics.gauge("size", "Size.")(7);
  expect(metrics.text()).toBe(
    '# HELP attempts_total Attempts.\n# TYPE attempts_total counter\nattempts_total{result="ok"} 3\n# HELP size Size.\n# TYPE size gauge\nsize 7\n',
  );
});

test("a histogram's buckets add up, one set for each set of labels", () => {
  const metrics = new Metrics();
  const observe = metrics.histogram("wait_seconds", "Wait.", [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 7]) observe(value, { name: "a" });
  expect(metrics.text().split("\n").slice(2)).toEqual([
    'wait_seconds_bucket{name="a",le="0.1"} 2',
    'wait_seconds_bucket{name="a",le="1"} 3',
    'wait_seconds_bucket{name="a",le="+Inf"} 4',
    'wait_seconds_sum{name="a"} 7.65',
    'wait_seconds_count{name="a"} 4',
    "",
  ]);
});

test("what is looked up is brought up to date before each reading", () => {
  const metrics = new Metrics();
  const size = metrics.gauge("size", "Size.");
  let now = 1;
  metrics.beforeReading(() => size(now));
  expect(metrics.text()).toContain("size 1\n");
  now = 2;
  expect(metrics.text()).toContain("size 2\n");
});
