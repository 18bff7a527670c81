import { until } from "../../../base/until.ts";
import type { Log } from "../../log.ts";
import type { Refusal } from "../../pods/admission.ts";
import type { PodVerdicts } from "../../pods/pod-verdicts.ts";
import type { PodWorkers } from "../../pods/pod-workers.ts";
import { ShutdownInhibitor } from "./logind.ts";
import { type ShutdownPeriod, shutdownGrace, shutdownOrder } from "./shutdown-order.ts";

export type ShutdownOptions = {
  readonly periods: readonly ShutdownPeriod[];
  readonly workers: PodWorkers;
  readonly verdicts: PodVerdicts;
  readonly log: Log;
  /** The node's status should tell of the shutdown. */
  onShutdown(): void;
};

/** Ends pods in order when the host shuts down, before systemd would kill them all at once (graceful node shutdown). */
export class ShutdownManager {
  readonly #options: ShutdownOptions;
  readonly #inhibitor = new ShutdownInhibitor();
  #isShuttingDown = false;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** Why the node takes no more pods; undefined while it does. */
  get problem(): string | undefined {
    return this.#isShuttingDown ? "node is shutting down" : undefined;
  }

  /** What a pod that comes too late is told. */
  refusal(): Refusal | undefined {
    if (!this.#isShuttingDown) return undefined;
    return { reason: "NodeShutdown", message: "Pod was rejected as the node is shutting down." };
  }

  /** Does nothing where no time is set aside for it. */
  async start(): Promise<void> {
    const { periods, log } = this.#options;
    const totalMs = periods.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
    if (totalMs === 0) return;
    await this.#inhibitor.start(totalMs, () => {
      if (!this.#isShuttingDown) void this.#shutDown();
    });
    log.info("Holding back shutdowns of this host", { shutdownGracePeriodSeconds: totalMs / 1000 });
  }

  stop(): void {
    this.#inhibitor.release();
  }

  async #shutDown(): Promise<void> {
    this.#isShuttingDown = true;
    const { periods, workers, log, onShutdown } = this.#options;
    log.info("Shutdown manager detected new shutdown event");
    onShutdown();
    for (const { pods, graceSeconds } of shutdownOrder(workers.active(), periods)) {
      for (const pod of pods) this.#end(pod.metadata.uid ?? "", shutdownGrace(pod, graceSeconds));
      const uids = pods.map(({ metadata }) => metadata.uid ?? "");
      await until(() => uids.every((uid) => workers.get(uid)?.hasEnded ?? true), {
        for: `${pods.length} pods to end before the host's shutdown`,
        withinMs: graceSeconds * 1000,
      }).catch((thrown) => log.error("Pods did not end in time", { err: thrown }));
    }
    this.#inhibitor.release();
  }

  #end(uid: string, graceSeconds: number): void {
    const { workers, verdicts } = this.#options;
    const message = "Pod was terminated in response to imminent node shutdown.";
    verdicts.disrupt(uid, { reason: "Terminated", message });
    workers.terminate(uid, graceSeconds);
  }
}
