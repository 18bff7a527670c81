import type { KubeObject } from "../object.ts";

/** Which values an object is found under: the node of a pod, the uid of its controller, ... */
export type Indexers<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** `namespace/name`, or the name alone for what is cluster-wide: the key of stores and queues. */
export function keyOf({ metadata: { namespace, name = "" } }: Pick<KubeObject, "metadata">): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** The namespace and the name of such a key. */
export function splitKey(key: string): { namespace?: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The last known objects of one resource, by key and by index. What it gives is shared: never change it in place. */
export class Store<T extends KubeObject = KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexers: Record<string, (object: T) => readonly string[]>;
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexers: Indexers<T> = {}) {
    this.#indexers = { namespace: (object) => [object.metadata.namespace ?? ""], ...indexers };
    for (const name of Object.keys(this.#indexers)) this.#indexes.set(name, new Map());
  }

  /** Adds an index over what is and will be stored; a name that exists is kept. */
  addIndex(name: string, indexer: (object: T) => readonly string[]): void {
    if (name in this.#indexers) return;
    this.#indexers[name] = indexer;
    const index = new Map<string, Set<string>>();
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) insert(index, indexer(object), key);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(namespace?: string): T[] {
    return namespace === undefined ? [...this.#objects.values()] : this.byIndex("namespace", namespace);
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`the store has no index "${name}"`);
    return [...(index.get(value) ?? [])].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Stores the object and gives the one that it takes the place of. */
  set(object: T): T | undefined {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    if (old) this.#unindex(key, old);
    this.#objects.set(key, object);
    for (const [name, index] of this.#indexes) insert(index, this.#valuesOf(name, object), key);
    return old;
  }

  /** Removes and gives what was stored under the key. */
  delete(key: string): T | undefined {
    const old = this.#objects.get(key);
    if (!old) return undefined;
    this.#unindex(key, old);
    this.#objects.delete(key);
    return old;
  }

  #unindex(key: string, object: T): void {
    for (const [name, index] of this.#indexes) remove(index, this.#valuesOf(name, object), key);
  }

  #valuesOf(name: string, object: T): readonly string[] {
    return this.#indexers[name]?.(object) ?? [];
  }
}

function insert(index: Map<string, Set<string>>, values: readonly string[], key: string): void {
  for (const value of values) {
    const keys = index.get(value);
    if (keys) keys.add(key);
    else index.set(value, new Set([key]));
  }
}

function remove(index: Map<string, Set<string>>, values: readonly string[], key: string): void {
  for (const value of values) {
    const keys = index.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.delete(value);
  }
}
