import type { KubeClient, ObjectList, WatchEvent } from "../../../src/kube/client.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";

/** A cluster's API as far as informers use it, over objects in memory: lists in one page, then what `tell` is given. */
export class ClusterInMemory {
  readonly #lists: Map<string, KubeObject[]>;
  readonly #waiting = new Map<string, (event: WatchEvent) => void>();

  constructor(lists: Readonly<Record<string, KubeObject[]>>) {
    this.#lists = new Map(Object.entries(lists));
  }

  /** Sends an event to the watch of a resource. */
  tell(resource: string, event: WatchEvent): void {
    this.#waiting.get(resource)?.(event);
  }

  /** Objects are given away once, so that what is measured is not the memory of this. */
  #take(resource: string): KubeObject[] {
    const items = this.#lists.get(resource) ?? [];
    this.#lists.delete(resource);
    return items;
  }

  client(): KubeClient {
    const list = async ({ resource }: Resource): Promise<ObjectList> => ({
      apiVersion: "v1",
      kind: "List",
      metadata: { resourceVersion: "1" },
      items: this.#take(resource),
    });
    const watch = async function* (this: ClusterInMemory, { resource }: Resource) {
      for (;;) yield await new Promise<WatchEvent>((resolve) => this.#waiting.set(resource, resolve));
    };
    return { list, watch: watch.bind(this) } as unknown as KubeClient;
  }
}
