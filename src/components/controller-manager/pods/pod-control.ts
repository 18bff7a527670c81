import { messageOf } from "../../../base/errors.ts";
import { isNamespaceTerminating, isNotFound, isReason } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { EventRecorder } from "../../../kube/event-recorder.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { resources } from "../../../kube/resources.ts";

type Words = {
  readonly done: (verb: "Create" | "Delete", pod: string, owner: string) => string;
  readonly failed: (verb: "Create" | "Delete", names: { pod: string; owner: string }, error: string) => string;
};

/** How most controllers tell of pods (controller_utils.go). */
const plainWords: Words = {
  done: (verb, pod) => `${verb}d pod: ${pod}`,
  failed: (verb, _, error) => `Error ${verb === "Create" ? "creating" : "deleting"}: ${error}`,
};

/** How StatefulSets do (stateful_pod_control.go). */
export const statefulWords: Words = {
  done: (verb, pod, owner) => `${verb} Pod ${pod} in StatefulSet ${owner} successful`,
  failed: (verb, { pod, owner }, error) => `${verb} Pod ${pod} in StatefulSet ${owner} failed error: ${error}`,
};

/** Creates and deletes pods for an owner and tells it in upstream's events. */
export class PodControl {
  readonly #client: KubeClient;
  readonly #recorder: EventRecorder;
  readonly #words: Words;

  constructor(client: KubeClient, recorder: EventRecorder, words: Words = plainWords) {
    this.#client = client;
    this.#recorder = recorder;
    this.#words = words;
  }

  async create(pod: Pod, owner: KubeObject): Promise<Pod> {
    try {
      const created = await this.#client.create<Pod>(resources.pods, pod);
      this.#tellDone("Create", created, owner);
      return created;
    } catch (thrown) {
      // a namespace that goes away refuses every pod: no news
      if (!isNamespaceTerminating(thrown)) this.#tellFailed("Create", { pod, owner }, thrown);
      throw thrown;
    }
  }

  /** Deletes that pod and no other of its name; one that is gone already is fine. */
  async delete(pod: Pod, owner: KubeObject): Promise<void> {
    const { name = "", namespace, uid } = pod.metadata;
    try {
      await this.#client.delete(resources.pods, { name, namespace }, uid ? { preconditions: { uid } } : {});
    } catch (thrown) {
      if (isNotFound(thrown) || isReason(thrown, "Conflict")) return;
      this.#tellFailed("Delete", { pod, owner }, thrown);
      throw thrown;
    }
    this.#tellDone("Delete", pod, owner);
  }

  #tellDone(verb: "Create" | "Delete", { metadata }: Pod, owner: KubeObject): void {
    const message = this.#words.done(verb, metadata.name ?? "", owner.metadata.name ?? "");
    this.#recorder.event(owner, { type: "Normal", reason: `Successful${verb}`, message });
  }

  #tellFailed(verb: "Create" | "Delete", { pod, owner }: { pod: Pod; owner: KubeObject }, thrown: unknown): void {
    const names = { pod: pod.metadata.name ?? "", owner: owner.metadata.name ?? "" };
    const message = this.#words.failed(verb, names, messageOf(thrown).split("\n")[0] ?? "");
    this.#recorder.event(owner, { type: "Warning", reason: `Failed${verb}`, message });
  }
}
