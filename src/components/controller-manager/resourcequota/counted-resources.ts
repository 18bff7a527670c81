import { messageOf } from "../../../base/errors.ts";
import { type DiscoveredResource, discoverResources } from "../../../kube/discovery.ts";
import { Informer } from "../../../kube/informer/informer.ts";
import { metadataOnly } from "../../../kube/informer/metadata-only.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type ResourceInfo, resources } from "../../../kube/resources.ts";
import type { ControllerContext } from "../framework/controller.ts";

/** What quotas count most, by the names that they use; other controllers watch these anyway. */
const common: Readonly<Record<string, ResourceInfo>> = {
  pods: resources.pods,
  services: resources.services,
  secrets: resources.secrets,
  configmaps: resources.configmaps,
  persistentvolumeclaims: resources.persistentvolumeclaims,
  replicationcontrollers: resources.replicationcontrollers,
  resourcequotas: resources.resourcequotas,
  "deployments.apps": resources.deployments,
  "replicasets.apps": resources.replicasets,
  "statefulsets.apps": resources.statefulsets,
  "daemonsets.apps": resources.daemonsets,
  "jobs.batch": resources.jobs,
  "cronjobs.batch": resources.cronjobs,
};

type Watched = { readonly informer: Informer; readonly stop: () => void };
/** Told of each object that comes or goes, or whose costs may have changed. */
type Changed = (object: KubeObject) => void;

/** The objects that quotas count. What else a quota names (`count/widgets.example.com`) is watched while one does. */
export class CountedResources {
  readonly #context: ControllerContext;
  readonly #changed: Changed;
  readonly #common: ReadonlyMap<string, Informer>;
  readonly #others = new Map<string, Watched>();

  constructor(context: ControllerContext, changed: Changed) {
    this.#context = context;
    this.#changed = changed;
    this.#common = new Map(Object.entries(common).map(([name, one]) => [name, context.informers.of(one)]));
  }

  run(): void {
    for (const [name, informer] of this.#common) {
      const hasCosts = name === "pods" || name === "services" || name === "persistentvolumeclaims";
      const updated = hasCosts ? { updated: (_: KubeObject, object: KubeObject) => this.#changed(object) } : {};
      informer.addHandler({ added: this.#changed, deleted: this.#changed, ...updated });
    }
  }

  /** Watches what is named and not watched yet; gives the names of which the server knows nothing. */
  async watch(names: readonly string[]): Promise<readonly string[]> {
    const missing = names.filter((name) => !this.#common.has(name) && !this.#others.has(name));
    if (missing.length > 0) {
      const { found } = await discoverResources(this.#context.client);
      for (const name of missing)
        this.#start(
          name,
          found.find((one) => one.namespaced && nameOf(one) === name),
        );
    }
    const { signal } = this.#context;
    await Promise.all(names.map((name) => this.#others.get(name)?.informer.whenSynced(signal)));
    return missing.filter((name) => !this.#others.has(name));
  }

  /** Ends the watches of what no quota names any more, or what the server has no more. */
  async tidy(wanted: ReadonlySet<string>): Promise<void> {
    if (this.#others.size === 0) return;
    const { found, failed } = await discoverResources(this.#context.client);
    const served = new Set(found.map(nameOf));
    for (const [name, { stop }] of this.#others) {
      if (wanted.has(name) && (served.has(name) || failed.length > 0)) continue;
      stop();
      this.#others.delete(name);
    }
  }

  list(name: string, namespace: string | undefined): readonly KubeObject[] {
    const informer = this.#common.get(name) ?? this.#others.get(name)?.informer;
    return informer?.store.list(namespace) ?? [];
  }

  #start(name: string, resource: DiscoveredResource | undefined): void {
    if (!resource?.verbs.includes("watch")) return;
    const { client, signal, log } = this.#context;
    const onError = (thrown: unknown) => log("W", "watch failed", { resource: name, error: messageOf(thrown) });
    const informer = new Informer(client, resource, { transform: metadataOnly, onError });
    const stop = new AbortController();
    informer.addHandler({ added: this.#changed, deleted: this.#changed });
    void informer.run(AbortSignal.any([signal, stop.signal]));
    this.#others.set(name, { informer, stop: () => stop.abort() });
  }
}

function nameOf({ resource, group }: ResourceInfo): string {
  return group === "" ? resource : `${resource}.${group}`;
}
