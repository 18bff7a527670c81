import { setTimeout as sleep } from "node:timers/promises";
import type { Pod } from "../api/pod.ts";
import { isStaticPod, podKey } from "../api/pod.ts";
import type { WorkerOptions } from "./pod-worker.ts";
import { PodWorker } from "./pod-worker.ts";

export type WorkersOptions = Omit<WorkerOptions, "onFinished"> & {
  onNew?(pod: Pod): void;
  /** A version of a pod that is about to be worked on. */
  onVersion?(pod: Pod): void;
  /** All containers of a pod are gone and forgotten. */
  onFinished?(pod: Pod): void;
};

/** One worker for each pod that this node has, by uid. */
export class PodWorkers {
  readonly #options: WorkersOptions;
  readonly #workers = new Map<string, PodWorker>();
  /** Pods that came back while their worker was still removing them: a manifest moved away and back. */
  readonly #returned = new Map<string, Pod>();

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** A pod of a source, new or changed. */
  apply(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#workers.get(uid);
    if (known?.isLeaving) {
      this.#returned.set(uid, pod);
      return;
    }
    if (!known?.hasEnded) this.#options.onVersion?.(pod);
    (known ?? this.#create(pod)).update(pod);
  }

  /** The pod left its source, or was never in one: ends it and removes every trace. */
  remove(pod: Pod, graceOverride?: number): void {
    const uid = pod.metadata.uid ?? "";
    this.#returned.delete(uid);
    (this.#workers.get(uid) ?? this.#create(pod)).remove(graceOverride);
  }

  terminate(uid: string, graceOverride?: number): void {
    this.#workers.get(uid)?.terminate(graceOverride);
  }

  get(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  all(): readonly PodWorker[] {
    return [...this.#workers.values()];
  }

  /** Pods that run or are to run: those that hold resources of the node. */
  active(): readonly Pod[] {
    return this.all().flatMap(({ stage, pod }) => (stage === "syncing" ? [pod] : []));
  }

  wake(uid: string): void {
    this.#workers.get(uid)?.wake();
  }

  /** Static pods of one name follow one another: the new one waits until the old one is gone. */
  mayStart(pod: Pod): boolean {
    if (!isStaticPod(pod)) return true;
    const key = podKey(pod);
    const older = this.all().find(({ pod: other }) => podKey(other) === key);
    return older === undefined || older.pod.metadata.uid === pod.metadata.uid;
  }

  /** Stops all workers; resolves when what they were making is made, or after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    const stopped = Promise.all(this.all().map((worker) => worker.stop()));
    await Promise.race([stopped, sleep(withinMs, undefined, { ref: false })]);
  }

  #create(pod: Pod): PodWorker {
    const worker = new PodWorker(pod, { ...this.#options, onFinished: (finished) => this.#finished(finished) });
    this.#workers.set(pod.metadata.uid ?? "", worker);
    this.#options.onNew?.(pod);
    return worker;
  }

  #finished(pod: Pod): void {
    this.#workers.delete(pod.metadata.uid ?? "");
    const key = podKey(pod);
    for (const worker of this.#workers.values()) if (podKey(worker.pod) === key) worker.wake();
    this.#options.onFinished?.(pod);
    const returned = this.#returned.get(pod.metadata.uid ?? "");
    if (!returned) return;
    this.#returned.delete(pod.metadata.uid ?? "");
    this.apply(returned);
  }
}
