import type { KubeClient } from "../client.ts";
import type { KubeObject, Resource } from "../object.ts";
import { apiVersionOf } from "../resources.ts";
import { Informer, type InformerOptions } from "./informer.ts";

/** One shared informer per resource, started together: what a program of many controllers watches. */
export class Informers {
  readonly #client: KubeClient;
  readonly #options: Pick<InformerOptions, "onError" | "random">;
  readonly #informers = new Map<string, Informer>();
  #signal: AbortSignal | undefined;

  constructor(client: KubeClient, options: Pick<InformerOptions, "onError" | "random"> = {}) {
    this.#client = client;
    this.#options = options;
  }

  /** The informer of a resource (or of a selection of it); other `options` count for the first who asks. Started at once if the others are. */
  of<T extends KubeObject>(resource: Resource, options: InformerOptions<T> = {}): Informer<T> {
    const key = keyOf(resource, options);
    const existing = this.#informers.get(key) as Informer<T> | undefined;
    if (existing) return existing;
    const informer = new Informer<T>(this.#client, resource, { ...this.#options, ...options });
    this.#informers.set(key, informer as unknown as Informer);
    if (this.#signal) void informer.run(this.#signal);
    return informer;
  }

  /** The informer of all of a resource that somebody asked for before. */
  existing(resource: Resource): Informer | undefined {
    return this.#informers.get(keyOf(resource, {}));
  }

  /** Starts all informers; resolves once all are synced. */
  async start(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    for (const informer of this.#informers.values()) void informer.run(signal);
    await Promise.all([...this.#informers.values()].map((informer) => informer.whenSynced(signal)));
  }

  get all(): readonly Informer[] {
    return [...this.#informers.values()];
  }
}

function keyOf(
  resource: Resource,
  { namespace, labelSelector, fieldSelector }: Pick<InformerOptions, "namespace" | "labelSelector" | "fieldSelector">,
): string {
  return [apiVersionOf(resource), resource.resource, namespace, labelSelector, fieldSelector].join(" ");
}
