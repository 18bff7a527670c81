import { setTimeout as sleep } from "node:timers/promises";
import { unlessAborted } from "../../base/unless-aborted.ts";
import { isReason } from "../api-error.ts";
import { Backoff } from "../backoff.ts";
import type { KubeClient, ObjectList, WatchEvent } from "../client.ts";
import type { KubeObject, Resource } from "../object.ts";
import { type Indexers, keyOf, Store } from "./store.ts";

/** What is told about each change; `updated` also comes when a list shows a change that no watch had told. */
export type Handler<T extends KubeObject = KubeObject> = {
  readonly added?: (object: T) => void;
  readonly updated?: (old: T, object: T) => void;
  readonly deleted?: (object: T) => void;
};

export type InformerOptions<T extends KubeObject = KubeObject> = {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly indexers?: Indexers<T>;
  /** What is kept of each object; the default drops managedFields, which nobody reads from a cache. */
  readonly transform?: (object: T) => T;
  /** Told of each failed list or watch before it is tried again. */
  readonly onError?: (thrown: unknown) => void;
  readonly random?: () => number;
};

const pageSize = 500;
const watchSeconds = { least: 300, spread: 300 };

/**
 * A live copy of one resource: list, then watch from there; lists again when the server no longer knows the
 * resourceVersion (410), backs off (0.8 s to 30 s, as client-go) when it can't be reached.
 */
export class Informer<T extends KubeObject = KubeObject> {
  readonly store: Store<T>;
  readonly resource: Resource;
  readonly #client: KubeClient;
  readonly #options: InformerOptions<T>;
  readonly #handlers = new Set<Handler<T>>();
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #firstList = Promise.withResolvers<void>();
  #synced = false;
  #resourceVersion = "";

  constructor(client: KubeClient, resource: Resource, options: InformerOptions<T> = {}) {
    this.#client = client;
    this.resource = resource;
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff({ firstMs: 800, maxMs: 30_000, random: this.#random });
    this.store = new Store(options.indexers);
  }

  /** True once everything that existed at the start is in the store and was told. */
  get synced(): boolean {
    return this.#synced;
  }

  /** The version that the store shows; empty before the first list. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Resolves once synced; rejects when the signal aborts. */
  whenSynced(signal?: AbortSignal): Promise<void> {
    return unlessAborted(this.#firstList.promise, signal);
  }

  /** Adds a handler, which first hears of everything in the store; the function that is returned removes it. */
  addHandler(handler: Handler<T>): () => void {
    this.#handlers.add(handler);
    for (const object of this.store.list()) handler.added?.(object);
    return () => this.#handlers.delete(handler);
  }

  /** Follows the resource until the signal aborts; resolves then. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === "") await this.#relist(signal);
        await this.#follow(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        await this.#recover(thrown, signal);
      }
    }
  }

  async #recover(thrown: unknown, signal: AbortSignal): Promise<void> {
    const expired = isReason(thrown, "Expired", "Gone", "ResourceExpired");
    if (expired) this.#resourceVersion = "";
    else this.#options.onError?.(thrown);
    const delayMs = expired ? 100 * this.#random() : this.#backoff.nextMs();
    await sleep(delayMs, undefined, { signal, ref: true }).catch(() => undefined);
  }

  async #relist(signal: AbortSignal): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    const items: T[] = [];
    let resourceVersion = "";
    let next: string | undefined = "";
    do {
      const page: ObjectList<T> = await this.#client.list<T>(this.resource, {
        ...defined({ namespace, labelSelector, fieldSelector }),
        limit: pageSize,
        ...(next ? { continue: next } : {}),
        signal,
      });
      for (const item of page.items) items.push(item);
      resourceVersion = page.metadata.resourceVersion;
      next = page.metadata.continue;
    } while (next);
    this.#replace(items);
    this.#resourceVersion = resourceVersion;
    this.#synced = true;
    this.#firstList.resolve();
  }

  #replace(items: readonly T[]): void {
    const kept = new Set(items.map(keyOf));
    for (const key of this.store.keys()) if (!kept.has(key)) this.#delete(key);
    for (const item of items) this.#set(item);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    const events = this.#client.watch<T>(this.resource, {
      ...defined({ namespace, labelSelector, fieldSelector }),
      resourceVersion: this.#resourceVersion,
      allowWatchBookmarks: true,
      timeoutSeconds: Math.round(watchSeconds.least + watchSeconds.spread * this.#random()),
      signal,
    });
    const startedAt = performance.now();
    for await (const event of events) {
      this.#backoff.reset();
      this.#apply(event);
    }
    // a server that ends watches at once must not be asked in a tight loop
    if (performance.now() - startedAt < 1000) await sleep(this.#backoff.nextMs(), undefined, { signal });
  }

  #apply(event: WatchEvent<T>): void {
    switch (event.type) {
      case "ADDED":
      case "MODIFIED":
        this.#set(event.object);
        break;
      case "DELETED":
        this.#delete(keyOf(event.object), event.object);
        break;
      case "BOOKMARK":
        break;
      default:
        event satisfies never;
    }
    this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
  }

  #set(received: T): void {
    const object = this.#transform(received);
    const old = this.store.set(object);
    if (old && old.metadata.uid !== object.metadata.uid) this.#tell((handler) => handler.deleted?.(old));
    if (!old || old.metadata.uid !== object.metadata.uid) this.#tell((handler) => handler.added?.(object));
    else if (old.metadata.resourceVersion !== object.metadata.resourceVersion) {
      this.#tell((handler) => handler.updated?.(old, object));
    }
  }

  #delete(key: string, last?: T): void {
    const old = this.store.delete(key);
    const object = last ? this.#transform(last) : old;
    if (old && object) this.#tell((handler) => handler.deleted?.(object));
  }

  #transform(object: T): T {
    return (this.#options.transform ?? withoutManagedFields)(object);
  }

  /** A handler that throws must not keep the change from the others. */
  #tell(call: (handler: Handler<T>) => void): void {
    for (const handler of this.#handlers) {
      try {
        call(handler);
      } catch (thrown) {
        this.#options.onError?.(thrown);
      }
    }
  }
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  delete object.metadata.managedFields;
  return object;
}

function defined<V extends Record<string, unknown>>(value: V): { [K in keyof V]: NonNullable<V[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof V]: NonNullable<V[K]>;
  };
}
