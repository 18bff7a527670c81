import { randomInt } from "node:crypto";
import type { KubeObject } from "../../../kube/object.ts";
import type { EtcdClient, WriteOutcome } from "../etcd/client.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { type Entry, stamped } from "./entry.ts";
import type { EtcdMirror } from "./etcd-mirror.ts";
import type { ResourceCache } from "./resource-cache.ts";

/** An object as it stands in etcd. */
export type Stored = { readonly object: KubeObject; readonly revision: number };

export type WriteResult =
  | { readonly kind: "done"; readonly body: Buffer; readonly revision: number }
  /** Somebody else wrote first; what stands there now, if anything. */
  | { readonly kind: "lost"; readonly current: Stored | undefined };

/** Objects in etcd: consistent reads out of the watch caches, conditional writes. */
export class ObjectStore {
  readonly etcd: EtcdClient;
  readonly mirror: EtcdMirror;
  readonly #root: string;
  readonly #leases = new Map<number, { id: number; untilMs: number }>();

  constructor(etcd: EtcdClient, mirror: EtcdMirror, root: string) {
    this.etcd = etcd;
    this.mirror = mirror;
    this.#root = root;
  }

  key(type: ResourceType, namespace: string, name: string): string {
    return namespace
      ? `${this.#root}/${type.storagePath}/${namespace}/${name}`
      : `${this.#root}/${type.storagePath}/${name}`;
  }

  cache(type: ResourceType): Promise<ResourceCache> {
    return this.mirror.cache(type.storagePath ?? "", type.fieldsOf);
  }

  /** The newest state: every write acknowledged before the call is seen. */
  async get(type: ResourceType, namespace: string, name: string): Promise<Entry | undefined> {
    await this.mirror.caughtUp();
    const cache = await this.cache(type);
    return cache.entries.get(this.key(type, namespace, name));
  }

  /** What the cache holds, perhaps a moment old; for a first try that a conditional write confirms. */
  async peek(type: ResourceType, namespace: string, name: string): Promise<Stored | undefined> {
    const entry = (await this.cache(type)).entries.get(this.key(type, namespace, name));
    return entry && storedOf(entry);
  }

  async fresh(type: ResourceType, namespace: string, name: string): Promise<Stored | undefined> {
    const entry = await this.get(type, namespace, name);
    return entry && storedOf(entry);
  }

  async create(type: ResourceType, object: KubeObject, ttlSeconds?: number): Promise<WriteResult> {
    return this.#put(type, object, { expected: 0, ttlSeconds });
  }

  /** Replaces the object that stood at `expected`. */
  async replace(
    type: ResourceType,
    object: KubeObject,
    { expected, ttlSeconds }: { expected: number; ttlSeconds?: number | undefined },
  ): Promise<WriteResult> {
    return this.#put(type, object, { expected, ttlSeconds });
  }

  async remove(type: ResourceType, object: KubeObject, expected: number): Promise<WriteResult> {
    const key = this.key(type, object.metadata.namespace ?? "", object.metadata.name ?? "");
    const outcome = await this.etcd.delete(Buffer.from(key), expected);
    return resultOf(outcome, serialized(object));
  }

  async #put(
    type: ResourceType,
    object: KubeObject,
    { expected, ttlSeconds }: { expected: number; ttlSeconds?: number | undefined },
  ): Promise<WriteResult> {
    const key = this.key(type, object.metadata.namespace ?? "", object.metadata.name ?? "");
    const value = serialized(object);
    const lease = ttlSeconds === undefined ? undefined : await this.#lease(ttlSeconds);
    return resultOf(await this.etcd.put(Buffer.from(key), value, { expected, lease }), value);
  }

  /** One lease serves all that is written within a twentieth of its time, as upstream's lease manager has it. */
  async #lease(ttlSeconds: number): Promise<number> {
    const held = this.#leases.get(ttlSeconds);
    if (held && held.untilMs > performance.now()) return held.id;
    const reuseSeconds = Math.max(1, Math.floor(ttlSeconds / 20));
    const id = await this.etcd.grantLease(randomInt(1, 2 ** 47), ttlSeconds + reuseSeconds);
    this.#leases.set(ttlSeconds, { id, untilMs: performance.now() + reuseSeconds * 1000 });
    return id;
  }
}

/** The object with the resourceVersion that it has in the cache. */
function storedOf(entry: Entry): Stored {
  return { object: JSON.parse(entry.body.toString()) as KubeObject, revision: entry.revision };
}

/** apiVersion, kind and metadata in front, so that the resourceVersion can be put in without parsing. */
export function serialized(object: KubeObject): Buffer {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { resourceVersion: _stored, ...meta } = metadata;
  return Buffer.from(JSON.stringify({ apiVersion, kind, metadata: meta, ...rest }));
}

function resultOf(outcome: WriteOutcome, value: Buffer): WriteResult {
  if (outcome.done) return { kind: "done", body: stamped(value, outcome.revision), revision: outcome.revision };
  const { current } = outcome;
  if (!current) return { kind: "lost", current: undefined };
  const body = stamped(current.value, current.mod_revision);
  return {
    kind: "lost",
    current: { object: JSON.parse(body.toString()) as KubeObject, revision: current.mod_revision },
  };
}
