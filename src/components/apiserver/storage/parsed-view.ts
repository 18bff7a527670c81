import type { KubeObject } from "../../../kube/object.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { Entry } from "./entry.ts";
import type { ObjectStore } from "./object-store.ts";
import type { CacheEvent, CacheWatcher, ResourceCache } from "./resource-cache.ts";

/** What is needed of every object of a resource, kept up with the watch cache; by "namespace/name", or name. */
export class ParsedView<T> implements CacheWatcher {
  readonly values = new Map<string, T>();
  /** Rises with each change. */
  generation = 0;
  readonly #cache: ResourceCache;
  readonly #project: (object: KubeObject) => T;
  readonly #listeners: ((event: CacheEvent | undefined) => void)[] = [];

  private constructor(cache: ResourceCache, project: (object: KubeObject) => T) {
    this.#cache = cache;
    this.#project = project;
  }

  static async open<T>(
    store: ObjectStore,
    type: ResourceType,
    project: (object: KubeObject) => T,
  ): Promise<ParsedView<T>> {
    const cache = await store.cache(type);
    const view = new ParsedView(cache, project);
    view.#load();
    cache.watchers.add(view);
    return view;
  }

  /** Calls back with each change; without an event when everything may have changed. */
  onChange(listener: (event: CacheEvent | undefined) => void): void {
    this.#listeners.push(listener);
  }

  get(namespace: string, name: string): T | undefined {
    return this.values.get(namespace ? `${namespace}/${name}` : name);
  }

  events(events: readonly CacheEvent[]): void {
    this.generation += 1;
    for (const event of events) {
      const key = keyOf(event.entry);
      if (event.type === "DELETED") this.values.delete(key);
      else this.values.set(key, this.#parsed(event.entry));
      for (const listener of this.#listeners) listener(event);
    }
  }

  reset(): void {
    // The cache is filled anew right after it told its watchers.
    queueMicrotask(() => {
      this.#load();
      for (const listener of this.#listeners) listener(undefined);
    });
  }

  #load(): void {
    this.generation += 1;
    this.values.clear();
    for (const entry of this.#cache.entries.values()) this.values.set(keyOf(entry), this.#parsed(entry));
  }

  #parsed(entry: Entry): T {
    return this.#project(JSON.parse(entry.body.toString()) as KubeObject);
  }
}

function keyOf({ namespace, name }: Entry): string {
  return namespace ? `${namespace}/${name}` : name;
}
