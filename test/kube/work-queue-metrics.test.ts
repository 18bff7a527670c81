import { expect, test } from "vitest";
import { Metrics } from "../../src/kube/serving/metrics.ts";
import { WorkQueue } from "../../src/kube/work-queue.ts";
import { WorkQueueMetrics } from "../../src/kube/work-queue-metrics.ts";

function read(metrics: Metrics, name: string): number {
  return Number(new RegExp(`^${name}\\{name="q"\\} (.+)$`, "m").exec(metrics.text())?.[1]);
}

test("a queue's adds, depth, waiting and work are told under client-go's names", () => {
  const metrics = new Metrics();
  let nowMs = 0;
  const queue = new WorkQueueMetrics(metrics, () => nowMs).of("q");
  queue.added("a");
  queue.added("b");
  expect(read(metrics, "workqueue_depth")).toBe(2);
  nowMs = 2000;
  queue.started("a");
  nowMs = 5000;
  expect(read(metrics, "workqueue_depth")).toBe(1);
  expect(read(metrics, "workqueue_queue_duration_seconds_sum")).toBe(2);
  expect(read(metrics, "workqueue_unfinished_work_seconds")).toBe(3);
  expect(read(metrics, "workqueue_longest_running_processor_seconds")).toBe(3);
  queue.ended("a");
  expect(read(metrics, "workqueue_work_duration_seconds_sum")).toBe(3);
  expect(read(metrics, "workqueue_unfinished_work_seconds")).toBe(0);
  expect(read(metrics, "workqueue_adds_total")).toBe(2);
});

test("two queues of one name count together", () => {
  const metrics = new Metrics();
  const queues = new WorkQueueMetrics(metrics);
  for (const queue of [queues.of("q"), queues.of("q")]) queue.added("same");
  expect(read(metrics, "workqueue_depth")).toBe(2);
  expect(read(metrics, "workqueue_adds_total")).toBe(2);
});

test("a work queue tells of each key once for each time that it is worked on, and of what it puts off", async () => {
  const metrics = new Metrics();
  const queue = new WorkQueue({ firstRetryMs: 1, observer: new WorkQueueMetrics(metrics).of("q") });
  const stop = new AbortController();
  const ended = Promise.withResolvers<void>();
  let runs = 0;
  const work = async (key: string) => {
    runs++;
    if (runs === 1) {
      queue.add(key);
      queue.add(key);
    }
    if (runs === 2) throw new Error("once more");
    if (runs === 3) ended.resolve();
  };
  queue.add("a");
  queue.add("a");
  queue.run(work, { workers: 1, signal: stop.signal });
  await ended.promise;
  await Promise.resolve();
  stop.abort();
  expect(read(metrics, "workqueue_adds_total")).toBe(3);
  expect(read(metrics, "workqueue_retries_total")).toBe(1);
  expect(read(metrics, "workqueue_work_duration_seconds_count")).toBe(3);
  expect(read(metrics, "workqueue_depth")).toBe(0);
});
