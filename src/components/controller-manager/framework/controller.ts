import type { Clock } from "../../../base/clock.ts";
import { messageOf, SlipwayError } from "../../../base/errors.ts";
import { ApiError, isNamespaceTerminating } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { EventRecorder } from "../../../kube/event-recorder.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import type { Informers } from "../../../kube/informer/informers.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Log } from "../../../kube/program/log.ts";
import { WorkQueue } from "../../../kube/work-queue.ts";
import type { WorkQueueMetrics } from "../../../kube/work-queue-metrics.ts";
import type { Options } from "../options.ts";

/** What every controller is given. Writes of `client` are fenced by the lease and made as the controller's own account. */
export type ControllerContext = Clock & {
  readonly name: string;
  readonly client: KubeClient;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  readonly options: Options;
  readonly queues: WorkQueueMetrics;
  readonly log: Log;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

/** A control loop: `start` asks for its informers and returns what runs once all of them are synced. */
export type Controller = {
  readonly name: string;
  /** An older name of it that `--controllers` takes too. */
  readonly alias?: string;
  /** Its service account in kube-system, which RBAC knows; without one it acts as the program itself. */
  readonly account?: string;
  readonly disabledByDefault?: boolean;
  readonly start: (context: ControllerContext) => () => void;
};

type WorkerSettings = {
  readonly workers?: number;
  readonly maxRetryMs?: number;
};

/**
 * A queue of keys with a function that makes the cluster right for one key; failures come back with a growing delay.
 * It is named as upstream's is in the metrics.
 */
export class KeyedWorker {
  readonly queue: WorkQueue;
  readonly #context: ControllerContext;
  readonly #sync: (key: string) => Promise<void>;
  readonly #workers: number;

  constructor(
    context: ControllerContext,
    queue: string,
    sync: (key: string) => Promise<void>,
    { workers = 5, maxRetryMs = 60_000 }: WorkerSettings = {},
  ) {
    this.#context = context;
    this.#sync = sync;
    this.#workers = workers;
    this.queue = new WorkQueue({ maxRetryMs, observer: context.queues.of(queue), clock: context });
  }

  add(key: string): void {
    this.queue.add(key);
  }

  addAfter(key: string, delayMs: number): void {
    this.queue.addAfter(key, delayMs);
  }

  /** Works on each object of an informer when it comes and when it changes. */
  follow<T extends KubeObject>(informer: Informer<T>): void {
    informer.addHandler({ added: (one) => this.add(keyOf(one)), updated: (_, one) => this.add(keyOf(one)) });
  }

  run(): void {
    const { signal } = this.#context;
    this.queue.run((key) => this.#process(key), {
      workers: this.#workers,
      signal,
      onError: (key, thrown) => this.#report(key, thrown),
    });
  }

  /** In a namespace that goes there is nothing left to make right. */
  async #process(key: string): Promise<void> {
    try {
      await this.#sync(key);
    } catch (thrown) {
      if (!isNamespaceTerminating(thrown)) throw thrown;
    }
  }

  #report(key: string, thrown: unknown): void {
    if (this.#context.signal.aborted) return;
    // a conflict is the normal way to learn of a newer version
    if (thrown instanceof ApiError && thrown.reason === "Conflict") return;
    const error = thrown instanceof Error && !(thrown instanceof SlipwayError) ? thrown.stack : messageOf(thrown);
    this.#context.log("E", "sync failed", { controller: this.#context.name, key, error });
  }
}
