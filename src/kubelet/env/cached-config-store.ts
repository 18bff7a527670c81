import { ApiError, isNotFound } from "../../kube/api-error.ts";
import type { Key, KubeClient } from "../../kube/client.ts";
import type { KubeObject, Resource } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { Pod } from "../api/pod.ts";
import type { ConfigMap, ConfigStore, Secret } from "./container-environment.ts";

type Entry = { readonly readAtMs: number; readonly object: Promise<KubeObject | undefined> };

/**
 * ConfigMaps and secrets read from the API, each at most once in `ttlMs` for all pods together: the strategies Cache
 * and, with no time at all, Get. While the API server is
 * away, what was read last goes on being told, so that containers can be restarted.
 */
export class CachedConfigStore implements ConfigStore {
  readonly #client: () => Promise<KubeClient>;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #lastRead = new Map<string, KubeObject>();

  constructor(client: () => Promise<KubeClient>, { ttlMs, now }: { ttlMs: number; now: () => number }) {
    this.#client = client;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#read(resources.configmaps, namespace, name) as Promise<ConfigMap | undefined>;
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#read(resources.secrets, namespace, name) as Promise<Secret | undefined>;
  }

  /** A pod that is new or has changed must see what stands there now. */
  register(pod: Pod): void {
    const namespace = pod.metadata.namespace ?? "";
    for (const key of this.#entries.keys()) if (key.includes(` ${namespace}/`)) this.#entries.delete(key);
  }

  /** What was read serves other pods as well; it grows old by itself. */
  unregister(): void {}

  #read(resource: Resource, namespace: string, name: string): Promise<KubeObject | undefined> {
    const key = `${resource.resource} ${namespace}/${name}`;
    const known = this.#entries.get(key);
    if (known && this.#now() - known.readAtMs < this.#ttlMs) return known.object;
    const object = this.#get(resource, { namespace, name }, key);
    this.#entries.set(key, { readAtMs: this.#now(), object });
    // What is missing or failed is asked for again at once.
    object.then(
      (found) => found ?? this.#entries.delete(key),
      () => this.#entries.delete(key),
    );
    return object;
  }

  async #get(resource: Resource, object: Key, key: string): Promise<KubeObject | undefined> {
    const client = await this.#client();
    try {
      const found = await client.get(resource, object);
      this.#lastRead.set(key, found);
      return found;
    } catch (thrown) {
      const last = this.#lastRead.get(key);
      if (isNotFound(thrown)) this.#lastRead.delete(key);
      else if (thrown instanceof ApiError || last === undefined) throw thrown;
      return isNotFound(thrown) ? undefined : last;
    }
  }
}
