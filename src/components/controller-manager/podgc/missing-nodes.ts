import { isNotFound } from "../../../kube/api-error.ts";
import type { Store } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import { resources } from "../../../kube/resources.ts";
import type { ControllerContext } from "../framework/controller.ts";

/** A node must be missing for so long, so that one that is just made anew keeps its pods. */
const quarantineMs = 40_000;

/** Tells which nodes are gone for good: missing for a while, and then not known to the API server either. */
export class MissingNodes {
  readonly #context: Pick<ControllerContext, "client" | "now">;
  readonly #nodes: Pick<Store<Node>, "get">;
  readonly #missingSinceMs = new Map<string, number>();

  constructor(context: Pick<ControllerContext, "client" | "now">, nodes: Pick<Store<Node>, "get">) {
    this.#context = context;
    this.#nodes = nodes;
  }

  /** Those of the names that are gone. The server has the last word: a cache that fell behind must cost no pods. */
  async goneAmong(names: Iterable<string>): Promise<ReadonlySet<string>> {
    const missing = new Set([...names].filter((name) => name !== "" && !this.#nodes.get(name)));
    for (const name of this.#missingSinceMs.keys()) if (!missing.has(name)) this.#missingSinceMs.delete(name);
    const gone = new Set<string>();
    for (const name of missing) if (this.#isDue(name) && !(await this.#exists(name))) gone.add(name);
    return gone;
  }

  #isDue(name: string): boolean {
    const nowMs = this.#context.now();
    const since = this.#missingSinceMs.get(name) ?? nowMs;
    this.#missingSinceMs.set(name, since);
    return nowMs - since >= quarantineMs;
  }

  async #exists(name: string): Promise<boolean> {
    try {
      await this.#context.client.get(resources.nodes, { name });
      return true;
    } catch (thrown) {
      if (isNotFound(thrown)) return false;
      throw thrown;
    }
  }
}
