import type { ParsedView } from "../../storage/parsed-view.ts";
import type { PodReferences } from "./pod-references.ts";

/** The pods of each node, kept up change by change. */
export class PodsByNode {
  readonly #view: ParsedView<PodReferences>;
  readonly #nodes = new Map<string, Map<string, PodReferences>>();
  readonly #places = new Map<string, string>();

  constructor(view: ParsedView<PodReferences>) {
    this.#view = view;
    this.#rebuild();
    view.onChange((event) => {
      if (!event) this.#rebuild();
      else this.#take(`${event.entry.namespace}/${event.entry.name}`);
    });
  }

  /** Whether a pod of the node is as wanted. */
  some(node: string, isWanted: (pod: PodReferences) => boolean): boolean {
    return this.#nodes.get(node)?.values().some(isWanted) ?? false;
  }

  #rebuild(): void {
    this.#nodes.clear();
    this.#places.clear();
    for (const key of this.#view.values.keys()) this.#take(key);
  }

  #take(key: string): void {
    const pod = this.#view.values.get(key);
    const before = this.#places.get(key);
    if (before !== undefined && before !== pod?.node) this.#remove(key, before);
    if (!pod?.node) return;
    const pods = this.#nodes.get(pod.node) ?? new Map<string, PodReferences>();
    this.#nodes.set(pod.node, pods.set(key, pod));
    this.#places.set(key, pod.node);
  }

  #remove(key: string, node: string): void {
    const pods = this.#nodes.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.#nodes.delete(node);
    this.#places.delete(key);
  }
}
