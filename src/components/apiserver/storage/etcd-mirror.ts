import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdClient } from "../etcd/client.ts";
import { prefixEnd } from "../etcd/client.ts";
import type { EtcdEvent, KeyValue } from "../etcd/messages.ts";
import { watchEverything } from "../etcd/watch.ts";
import { type Entry, entryOf, type FieldsOf } from "./entry.ts";
import { type CacheEvent, ResourceCache } from "./resource-cache.ts";

type Slot = {
  readonly cache: ResourceCache;
  readonly fieldsOf: FieldsOf | undefined;
  /** Events held back while the cache is being read. */
  held: EtcdEvent[] | undefined;
  /** The reads begun; only the last one counts. */
  reads: number;
  ready: Promise<void>;
};

export type MirrorListener = { failed(error: Error): void; goesOn(): void };

const pageKeys = 500;
const retryMs = 250;
const revisionKey = Buffer.from("\0");

/**
 * The watch caches of all resources, fed by one watch, and the revision that they all have reached.
 * A resource's cache is read when it is first asked for, and kept.
 */
export class EtcdMirror {
  readonly #etcd: EtcdClient;
  readonly #root: string;
  readonly #slots = new Map<string, Slot>();
  readonly #on: MirrorListener;
  #revision = 0;
  #waiting: { revision: number; resolve: () => void }[] = [];
  #reading: Promise<number> | undefined;
  #queuedRead: Promise<number> | undefined;

  /** `root` is the prefix of all keys, "/registry". */
  constructor(etcd: EtcdClient, root: string, on: MirrorListener) {
    this.#etcd = etcd;
    this.#root = `${root}/`;
    this.#on = on;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Reads the current revision and follows etcd from there until the signal ends it. */
  async start(signal: AbortSignal): Promise<void> {
    this.#revision = (await this.#etcd.range(revisionKey)).header.revision;
    void watchEverything(this.#etcd, this.#revision + 1, {
      signal,
      sink: {
        advance: (events, revision) => this.#advance(events, revision),
        compacted: () => this.#startOver(signal),
        failed: (error) => this.#on.failed(error),
        goesOn: () => this.#on.goesOn(),
      },
    });
  }

  /** The cache of a path below the root ("pods", "services/specs"), complete. */
  async cache(path: string, fieldsOf?: FieldsOf): Promise<ResourceCache> {
    const slot = this.#slots.get(path) ?? this.#open(path, fieldsOf);
    await slot.ready;
    return slot.cache;
  }

  /** Forgets a resource that is no longer served. */
  drop(path: string): void {
    this.#slots.get(path)?.cache.reset([], this.#revision);
    this.#slots.delete(path);
  }

  /** Returns when every write that was acknowledged before the call is in the caches. */
  async caughtUp(): Promise<number> {
    const revision = await this.#currentRevision();
    await this.reached(revision);
    return revision;
  }

  reached(revision: number): Promise<void> | undefined {
    if (this.#revision >= revision) return undefined;
    return new Promise((resolve) => this.#waiting.push({ revision, resolve }));
  }

  /** One read serves everybody who asked before it was sent. */
  #currentRevision(): Promise<number> {
    if (!this.#reading) {
      this.#reading = this.#etcd
        .range(revisionKey)
        .then(({ header }) => header.revision)
        .finally(() => {
          this.#reading = undefined;
        });
      return this.#reading;
    }
    this.#queuedRead ??= this.#reading
      .catch(() => undefined)
      .then(() => {
        this.#queuedRead = undefined;
        return this.#currentRevision();
      });
    return this.#queuedRead;
  }

  #open(path: string, fieldsOf: FieldsOf | undefined): Slot {
    const cache = new ResourceCache(`${this.#root}${path}/`);
    const slot: Slot = { cache, fieldsOf, held: [], reads: 0, ready: Promise.resolve() };
    this.#slots.set(path, slot);
    slot.ready = this.#fill(slot).catch((error: unknown) => {
      this.#slots.delete(path);
      throw error;
    });
    return slot;
  }

  /** Reads everything under the slot's prefix, unless another read begins meanwhile. */
  async #fill(slot: Slot): Promise<void> {
    slot.reads += 1;
    const own = slot.reads;
    const { entries, revision } = await this.#readAll(slot);
    if (slot.reads !== own) return slot.ready;
    slot.cache.reset(entries, revision);
    await this.reached(revision);
    if (slot.reads !== own) return slot.ready;
    const held = slot.held ?? [];
    slot.held = undefined;
    for (const event of held) if (event.kv.mod_revision > revision) this.#apply(slot, event);
  }

  async #readAll({ cache, fieldsOf }: Slot): Promise<{ entries: Entry[]; revision: number }> {
    const entries: Entry[] = [];
    const end = prefixEnd(cache.prefix);
    let revision = 0;
    let key = Buffer.from(cache.prefix);
    for (;;) {
      const page = await this.#etcd.range(key, { end, limit: pageKeys, revision });
      revision ||= page.header.revision;
      for (const kv of page.kvs) entries.push(...this.#entries(kv, fieldsOf));
      const last = page.kvs.at(-1);
      if (!page.more || !last) return { entries, revision };
      key = Buffer.concat([last.key, Buffer.from([0])]);
    }
  }

  /** A value that is no JSON (protobuf, encrypted) is reported and left out: it must not stop the rest. */
  #entries(kv: KeyValue, fieldsOf: FieldsOf | undefined): Entry[] {
    try {
      return [entryOf({ key: kv.key.toString(), value: kv.value, revision: kv.mod_revision }, fieldsOf)];
    } catch (cause) {
      this.#on.failed(new Error(`${kv.key}: the value in etcd is not JSON`, { cause }));
      return [];
    }
  }

  #advance(events: readonly EtcdEvent[], revision: number): void {
    const changed = new Map<Slot, CacheEvent[]>();
    for (const event of events) {
      const slot = this.#slotOf(event.kv.key.toString());
      if (!slot) continue;
      if (slot.held) {
        slot.held.push(event);
        continue;
      }
      const made = this.#apply(slot, event);
      if (!made) continue;
      const list = changed.get(slot);
      if (list) list.push(made);
      else changed.set(slot, [made]);
    }
    this.#revision = Math.max(this.#revision, revision);
    for (const [{ cache }, list] of changed) for (const watcher of cache.watchers) watcher.events(list);
    this.#wake();
  }

  #apply({ cache, fieldsOf }: Slot, { type, kv }: EtcdEvent): CacheEvent | undefined {
    if (type === 1) return cache.remove(kv.key.toString(), kv.mod_revision);
    const [entry] = this.#entries(kv, fieldsOf);
    return entry && cache.put(entry);
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter(({ revision }) => revision <= this.#revision);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ revision }) => revision > this.#revision);
    for (const { resolve } of ready) resolve();
  }

  /** A resource's path has one segment ("pods") or two ("services/specs", "example.com/widgets"). */
  #slotOf(key: string): Slot | undefined {
    if (!key.startsWith(this.#root)) return undefined;
    const first = key.indexOf("/", this.#root.length);
    const one = this.#slots.get(key.slice(this.#root.length, first));
    if (one) return one;
    const second = key.indexOf("/", first + 1);
    return second < 0 ? undefined : this.#slots.get(key.slice(this.#root.length, second));
  }

  /** After a compaction that overtook the watch: watchers are told at once, then every cache is read anew. */
  async #startOver(signal: AbortSignal): Promise<number> {
    const { header } = await this.#etcd.range(revisionKey);
    for (const slot of this.#slots.values()) {
      slot.held = [];
      slot.cache.endWatches();
      slot.ready = this.#refill(slot, signal);
      slot.ready.catch(() => undefined);
    }
    this.#revision = header.revision;
    this.#wake();
    return header.revision + 1;
  }

  /** A cache that others hold on to can't be given up: it is read until that succeeds. */
  async #refill(slot: Slot, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.#fill(slot);
      } catch (error) {
        signal.throwIfAborted();
        this.#on.failed(error as Error);
        await sleep(retryMs, undefined, { signal, ref: false });
      }
    }
  }
}
