import type { KubeClient } from "../../kube/client.ts";
import { resources } from "../../kube/resources.ts";
import type { Pod } from "../api/pod.ts";
import { podUid } from "../api/pod.ts";
import type { ConfigReference } from "./config-references.ts";
import { configReferences } from "./config-references.ts";
import type { ConfigMap, ConfigStore, Secret } from "./container-environment.ts";
import { WatchedObject } from "./watched-object.ts";

export type WatchedConfigStoreOptions = {
  client(): Promise<KubeClient>;
  /** A ConfigMap or secret that this pod uses appeared, changed or went. */
  onChange(podUid: string): void;
  onError(thrown: unknown): void;
};

type Entry = { readonly object: WatchedObject; readonly pods: Set<string> };

/**
 * ConfigMaps and secrets of the pods of this node, each watched by its name as long as a pod uses it: the Watch strategy
 * (manager/watch_based_manager.go). While the API server is away, what was last told stays readable.
 */
export class WatchedConfigStore implements ConfigStore {
  readonly #options: WatchedConfigStoreOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: WatchedConfigStoreOptions) {
    this.#options = options;
  }

  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#read(namespace, { resource: "configmaps", name }) as Promise<ConfigMap | undefined>;
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#read(namespace, { resource: "secrets", name }) as Promise<Secret | undefined>;
  }

  register(pod: Pod): void {
    const namespace = pod.metadata.namespace ?? "";
    const wanted = configReferences(pod);
    const keys = new Set(wanted.map((reference) => keyOf(namespace, reference)));
    for (const reference of wanted) this.#entry(namespace, reference).pods.add(podUid(pod));
    this.#release(podUid(pod), (key) => !keys.has(key));
  }

  unregister(uid: string): void {
    this.#release(uid, () => true);
  }

  async #read(namespace: string, reference: ConfigReference) {
    const entry = this.#entries.get(keyOf(namespace, reference));
    if (!entry) throw new Error(`object "${namespace}"/"${reference.name}" not registered`);
    return entry.object.read();
  }

  #entry(namespace: string, reference: ConfigReference): Entry {
    const key = keyOf(namespace, reference);
    const known = this.#entries.get(key);
    if (known) return known;
    const pods = new Set<string>();
    const { client, onChange, onError } = this.#options;
    const object = new WatchedObject({
      resource: resources[reference.resource],
      namespace,
      name: reference.name,
      client,
      onError,
      onChange: () => pods.forEach(onChange),
    });
    const entry = { object, pods };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Objects that no pod uses any more are not followed any further. */
  #release(uid: string, isUnwanted: (key: string) => boolean): void {
    for (const [key, { object, pods }] of this.#entries) {
      if (!isUnwanted(key) || !pods.delete(uid) || pods.size > 0) continue;
      object.stop();
      this.#entries.delete(key);
    }
  }
}

function keyOf(namespace: string, { resource, name }: ConfigReference): string {
  return `${resource} ${namespace}/${name}`;
}
