import { messageOf } from "../../../base/errors.ts";
import { isNamespaceTerminating, isNotFound, isReason } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { EventRecorder } from "../../../kube/event-recorder.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { resources } from "../../../kube/resources.ts";

/** Creates and deletes pods for an owner and tells it in upstream's events. */
export class PodControl {
  readonly #client: KubeClient;
  readonly #recorder: EventRecorder;

  constructor(client: KubeClient, recorder: EventRecorder) {
    this.#client = client;
    this.#recorder = recorder;
  }

  async create(pod: Pod, owner: KubeObject): Promise<Pod> {
    try {
      const created = await this.#client.create<Pod>(resources.pods, pod);
      const message = `Created pod: ${created.metadata.name}`;
      this.#recorder.event(owner, { type: "Normal", reason: "SuccessfulCreate", message });
      return created;
    } catch (thrown) {
      // a namespace that goes away refuses every pod: no news
      if (!isNamespaceTerminating(thrown)) {
        const message = `Error creating: ${messageOf(thrown).split("\n")[0]}`;
        this.#recorder.event(owner, { type: "Warning", reason: "FailedCreate", message });
      }
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
      const message = `Error deleting: ${messageOf(thrown).split("\n")[0]}`;
      this.#recorder.event(owner, { type: "Warning", reason: "FailedDelete", message });
      throw thrown;
    }
    this.#recorder.event(owner, { type: "Normal", reason: "SuccessfulDelete", message: `Deleted pod: ${name}` });
  }
}
