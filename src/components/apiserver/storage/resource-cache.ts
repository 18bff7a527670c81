import { type Entry, restamped } from "./entry.ts";
import { SortedKeys } from "./sorted-keys.ts";

export type CacheEvent = {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** For a deletion: the last state, at the revision of the deletion. */
  readonly entry: Entry;
  readonly previous: Entry | undefined;
  readonly revision: number;
};

export type CacheWatcher = {
  /** Events in order of revision; the array is shared, never changed. */
  events(events: readonly CacheEvent[]): void;
  /** The cache lost its base: the watch must end, its client lists anew. */
  reset(): void;
};

const historyEvents = 4096;
const historyBytes = 12 * 1024 * 1024;

/** Every object under one prefix of etcd, the recent changes to them, and who wants to hear of further ones. */
export class ResourceCache {
  readonly prefix: string;
  readonly entries = new Map<string, Entry>();
  readonly keys = new SortedKeys();
  readonly watchers = new Set<CacheWatcher>();
  /** The newest revision at which something under the prefix changed, or at which it was read. */
  changedAt = 0;
  #history: CacheEvent[] = [];
  #historyBytes = 0;
  /** Events after this revision are all in the history. */
  #floor = 0;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Tells everybody who watches that the base of it is lost. */
  endWatches(): void {
    for (const watcher of [...this.watchers]) watcher.reset();
  }

  /** Puts a complete read in place of what was there. */
  reset(entries: readonly Entry[], revision: number): void {
    this.endWatches();
    this.entries.clear();
    for (const entry of entries) this.entries.set(entry.key, entry);
    this.keys.replace(entries.map(({ key }) => key));
    this.#history = [];
    this.#historyBytes = 0;
    this.#floor = revision;
    this.changedAt = revision;
  }

  put(entry: Entry): CacheEvent {
    const previous = this.entries.get(entry.key);
    this.entries.set(entry.key, entry);
    if (!previous) this.keys.add(entry.key);
    return this.#remember({ type: previous ? "MODIFIED" : "ADDED", entry, previous, revision: entry.revision });
  }

  remove(key: string, revision: number): CacheEvent | undefined {
    const previous = this.entries.get(key);
    if (!previous) return undefined;
    this.entries.delete(key);
    this.keys.delete(key);
    return this.#remember({ type: "DELETED", entry: restamped(previous, revision), previous, revision });
  }

  /** What happened after a revision; undefined when that is no longer known. */
  since(revision: number): CacheEvent[] | undefined {
    if (revision < this.#floor) return undefined;
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#history.slice(low);
  }

  get oldestRevision(): number {
    return this.#floor;
  }

  #remember(event: CacheEvent): CacheEvent {
    this.changedAt = event.revision;
    this.#history.push(event);
    this.#historyBytes += event.entry.body.length;
    if (this.#history.length > historyEvents || this.#historyBytes > historyBytes) this.#forgetQuarter();
    return event;
  }

  #forgetQuarter(): void {
    const dropped = this.#history.splice(0, Math.ceil(this.#history.length / 4));
    for (const { entry } of dropped) this.#historyBytes -= entry.body.length;
    this.#floor = dropped.at(-1)?.revision ?? this.#floor;
  }
}
