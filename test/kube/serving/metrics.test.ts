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
