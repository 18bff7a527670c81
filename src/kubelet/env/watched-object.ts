import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient } from "../../kube/client.ts";
import { Informer } from "../../kube/informer/informer.ts";
import type { KubeObject, Resource } from "../../kube/object.ts";

export type WatchedObjectOptions = {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  client(): Promise<KubeClient>;
  /** The object appeared, changed or went. */
  onChange(): void;
  onError(thrown: unknown): void;
};

/** How long a reader waits for the first answer of the API server (manager/watch_based_manager.go). */
const syncWithinMs = 1000;

/** One object by name, followed from now until it is stopped; an immutable one only until it was read. */
export class WatchedObject {
  readonly #options: WatchedObjectOptions;
  readonly #stop = new AbortController();
  readonly #informer: Promise<Informer>;

  constructor(options: WatchedObjectOptions) {
    this.#options = options;
    this.#informer = this.#start();
    // Whoever reads is told; nobody may.
    this.#informer.catch(() => undefined);
  }

  /** Undefined when there is no such object; rejects when the API server has not told yet. */
  async read(): Promise<KubeObject | undefined> {
    const { resource, namespace, name } = this.#options;
    const informer = await Promise.race([this.#synced(), sleep(syncWithinMs, undefined, { ref: false })]);
    if (informer) return informer.store.get(`${namespace}/${name}`);
    const kind = resource.resource.replace(/s$/, "");
    throw new Error(`failed to sync ${kind} cache: timed out waiting for the condition`);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #synced(): Promise<Informer> {
    const informer = await this.#informer;
    await informer.whenSynced();
    return informer;
  }

  async #start(): Promise<Informer> {
    const { resource, namespace, name, client, onChange, onError } = this.#options;
    const informer = new Informer(await client(), resource, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      onError,
    });
    const seen = (object: KubeObject) => {
      if ((object as { immutable?: boolean }).immutable) this.stop();
      onChange();
    };
    informer.addHandler({ added: seen, updated: (_, object) => seen(object), deleted: onChange });
    void informer.run(this.#stop.signal);
    return informer;
  }
}
