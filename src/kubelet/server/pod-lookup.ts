import type { Pod } from "../api/pod.ts";
import type { ContainerRecord, PodRuntime } from "../cri/pod-runtime.ts";
import { isAlive } from "../cri/pod-runtime.ts";
import type { RuntimeView } from "../cri/runtime-view.ts";
import type { PodWorkers } from "../pods/pod-workers.ts";
import { HttpError } from "./route.ts";

/** Finds what a path names: pods by namespace and name, containers by name. */
export class PodLookup {
  readonly #workers: PodWorkers;
  readonly #view: RuntimeView;

  constructor(workers: PodWorkers, view: RuntimeView) {
    this.#workers = workers;
    this.#view = view;
  }

  /** The pod and what the runtime has of it; 404 when this node has no such pod. */
  async pod(namespace: string, name: string): Promise<{ pod: Pod; runtime: PodRuntime }> {
    const worker = this.#workers
      .all()
      .findLast(({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name);
    if (!worker) throw new HttpError(404, `pod "${name}_${namespace}" does not exist`);
    return { pod: worker.pod, runtime: await this.#view.inspect(worker.pod.metadata.uid ?? "") };
  }

  /** The running container of that name; 404 when there is none. */
  async running([namespace = "", name = "", ...rest]: readonly string[]): Promise<ContainerRecord> {
    // The uid may stand between pod and container.
    const container = rest.at(-1) ?? "";
    const { runtime } = await this.pod(namespace, name);
    const record = runtime.containers.find((one) => one.name === container && isAlive(one));
    if (!record) throw new HttpError(404, `container not found ("${container}")`);
    return record;
  }
}
