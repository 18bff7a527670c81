import { exponentialBounds } from "./serving/histogram.ts";
import type { Metrics } from "./serving/metrics.ts";

/** Told of what becomes of a queue's keys. */
export type QueueObserver = {
  readonly added: (key: string) => void;
  readonly started: (key: string) => void;
  readonly ended: (key: string) => void;
  /** It will be added again after a while. */
  readonly delayed: () => void;
};

type Observed = { readonly name: string; readonly waiting: Map<string, number>; readonly active: Map<string, number> };

const bounds = exponentialBounds(1e-8, 10, 10);

/** The workqueue_* metrics of client-go (component-base/metrics/prometheus/workqueue); queues of one name count together. */
export class WorkQueueMetrics {
  readonly #adds;
  readonly #retries;
  readonly #waited;
  readonly #worked;
  readonly #queues: Observed[] = [];
  readonly #nowMs: () => number;

  constructor(metrics: Metrics, nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#adds = metrics.counter("workqueue_adds_total", "Total number of adds handled by workqueue");
    this.#retries = metrics.counter("workqueue_retries_total", "Total number of retries handled by workqueue");
    this.#waited = metrics.histogram(
      "workqueue_queue_duration_seconds",
      "How long in seconds an item stays in workqueue before being requested.",
      bounds,
    );
    this.#worked = metrics.histogram(
      "workqueue_work_duration_seconds",
      "How long in seconds processing an item from workqueue takes.",
      bounds,
    );
    this.#readGauges(metrics);
  }

  /** The observer of one more queue. */
  of(name: string): QueueObserver {
    const labels = { name };
    const queue: Observed = { name, waiting: new Map(), active: new Map() };
    this.#queues.push(queue);
    return {
      added: (key) => {
        this.#adds(labels);
        queue.waiting.set(key, this.#nowMs());
      },
      started: (key) => {
        this.#waited(this.#take(queue.waiting, key), labels);
        queue.active.set(key, this.#nowMs());
      },
      ended: (key) => this.#worked(this.#take(queue.active, key), labels),
      delayed: () => this.#retries(labels),
    };
  }

  /** Seconds since the key came there. */
  #take(since: Map<string, number>, key: string): number {
    const at = since.get(key) ?? this.#nowMs();
    since.delete(key);
    return (this.#nowMs() - at) / 1000;
  }

  #readGauges(metrics: Metrics): void {
    const depth = metrics.gauge("workqueue_depth", "Current depth of workqueue");
    const unfinished = metrics.gauge(
      "workqueue_unfinished_work_seconds",
      "How many seconds of work has done that is in progress and hasn't been observed by work_duration.",
    );
    const longest = metrics.gauge(
      "workqueue_longest_running_processor_seconds",
      "How many seconds has the longest running processor for workqueue been running.",
    );
    metrics.beforeReading(() => {
      for (const [name, queues] of Map.groupBy(this.#queues, (queue) => queue.name)) {
        const running = queues.flatMap(({ active }) => [...active.values()].map((at) => (this.#nowMs() - at) / 1000));
        depth(
          queues.reduce((sum, { waiting }) => sum + waiting.size, 0),
          { name },
        );
        unfinished(
          running.reduce((sum, one) => sum + one, 0),
          { name },
        );
        longest(Math.max(0, ...running), { name });
      }
    });
  }
}
