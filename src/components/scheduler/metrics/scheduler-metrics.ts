import { exponentialBounds } from "../../../kube/serving/histogram.ts";
import type { Metrics } from "../../../kube/serving/metrics.ts";

export type AttemptResult = "scheduled" | "unschedulable" | "error";
export type PendingPods = Readonly<Record<"active" | "backoff" | "unschedulable" | "gated", number>>;

/** From so many attempts on a pod counts among the hopeless ones. */
const mostAttempts = 15;

/** What is told of scheduling, under upstream's names (pkg/scheduler/metrics/metrics.go). */
export class SchedulerMetrics {
  readonly #metrics: Metrics;
  readonly #attempts;
  readonly #attemptSeconds;
  readonly #algorithmSeconds;
  readonly #waitedSeconds;
  readonly #attemptsOfPod;
  readonly #preemptions;

  constructor(metrics: Metrics) {
    const bounds = exponentialBounds(0.001, 2, 15);
    this.#metrics = metrics;
    this.#attempts = metrics.counter(
      "scheduler_schedule_attempts_total",
      "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem.",
    );
    this.#attemptSeconds = metrics.histogram(
      "scheduler_scheduling_attempt_duration_seconds",
      "Scheduling attempt latency in seconds (scheduling algorithm + binding)",
      bounds,
    );
    this.#algorithmSeconds = metrics.histogram(
      "scheduler_scheduling_algorithm_duration_seconds",
      "Scheduling algorithm latency in seconds",
      bounds,
    );
    this.#waitedSeconds = metrics.histogram(
      "scheduler_pod_scheduling_sli_duration_seconds",
      "E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve multiple scheduling attempts.",
      exponentialBounds(0.01, 2, 20),
    );
    this.#attemptsOfPod = metrics.histogram(
      "scheduler_pod_scheduling_attempts",
      "Number of attempts to successfully schedule a pod.",
      exponentialBounds(1, 2, 5),
    );
    this.#preemptions = metrics.counter(
      "scheduler_preemption_attempts_total",
      "Total preemption attempts in the cluster till now",
    );
  }

  /** An attempt ended, so many milliseconds after the pod was taken from the queue. */
  attempted(result: AttemptResult, profile: string, tookMs: number): void {
    this.#attempts({ result, profile });
    this.#attemptSeconds(tookMs / 1000, { result, profile });
  }

  /** A node was found for a pod. */
  decided(tookMs: number): void {
    this.#algorithmSeconds(tookMs / 1000);
  }

  /** A pod is bound, so many milliseconds after it first came into the queue. */
  scheduled(attempts: number, sinceQueuedMs: number): void {
    this.#attemptsOfPod(attempts);
    const label = attempts >= mostAttempts ? `${mostAttempts}+` : String(attempts);
    this.#waitedSeconds(sinceQueuedMs / 1000, { attempts: label });
  }

  preempted(): void {
    this.#preemptions();
  }

  /** How many pods wait is asked at each reading. */
  showPending(count: () => PendingPods): void {
    const pending = this.#metrics.gauge(
      "scheduler_pending_pods",
      "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number of unschedulable pods that the scheduler never attempted to schedule because they are gated.",
    );
    this.#metrics.beforeReading(() => {
      for (const [queue, value] of Object.entries(count())) pending(value, { queue });
    });
  }
}
