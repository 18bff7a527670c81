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

  /** The informer of a resource; `options` count for the first who asks. Started at once if the others are. */
  of<T extends KubeObject>(resource: Resource, options: InformerOptions<T> = {}): Informer<T> {
    const key = `${apiVersionOf(resource)}/${resource.resource}`;
    const existing = this.#informers.get(key) as Informer<T> | undefined;
    if (existing) return existing;
    const informer = new Informer<T>(this.#client, resource, { ...this.#options, ...options });
    this.#informers.set(key, informer as unknown as Informer);
    if (this.#signal) void informer.run(this.#signal);
    return informer;
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
