import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient } from "../../kube/client.ts";
import type { Node } from "../../kube/kinds/node.ts";
import { resources } from "../../kube/resources.ts";

/** How long a look is put off for others to share it. */
const everyMs = 250;

/** The cluster's Nodes as a run last saw them. Hosts that wait side by side look together, so that fifty ask no more than one does. */
export class NodeLooks {
  readonly #seen = new Map<string, Node>();
  #look: Promise<void> | undefined;

  /** What a phase met on its way counts too. */
  remember(node: Node): void {
    this.#seen.set(node.metadata.name ?? "", node);
  }

  last(name: string): Node | undefined {
    return this.#seen.get(name);
  }

  again(client: KubeClient): Promise<void> {
    this.#look ??= this.#list(client).finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #list(client: KubeClient): Promise<void> {
    await sleep(everyMs);
    const { items } = await client.list<Node>(resources.nodes);
    for (const node of items) this.remember(node);
  }
}
