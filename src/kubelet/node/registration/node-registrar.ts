import { setTimeout as sleep } from "node:timers/promises";
import { timerDelay } from "../../../base/timer-delay.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import { resources } from "../../../kube/resources.ts";
import type { Log } from "../../log.ts";
import type { ReportedNodeStatus } from "../node-status.ts";
import { statusChanged } from "../node-status.ts";
import { labelPatch } from "./node-object.ts";

export type RegistrarOptions = {
  readonly client: KubeClient;
  readonly node: Node;
  readonly register: boolean;
  readonly updateEveryMs: number;
  readonly reportEveryMs: number;
  readonly log: Log;
  readonly uptimeMs: () => number;
  readonly signal: AbortSignal;
  /** The status as it should be, given the conditions that stand in the API. */
  status(previous: Node["status"]): Promise<ReportedNodeStatus>;
  /** The API has the node's new status; `before` is undefined for a node that is new. */
  onWritten(before: Node["status"], after: Node["status"]): void;
};

const conflictRetries = 5;
/** A control plane's kubelet waits for the API server that it is just starting. */
const longestRetryMs = 1000;

/** Keeps this host's Node in the API: registers it, then writes its status when it changed or grew old. */
export class NodeRegistrar {
  readonly #options: RegistrarOptions;
  #node: Node | undefined;
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  #wake: (() => void) | undefined;

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** The node as last seen; undefined before it is registered. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** Writes the status soon, as something about the node changed. */
  nudge(): void {
    this.#wake?.();
  }

  /** Resolves once the API server has the node; tried until the signal aborts. */
  register(): Promise<void> {
    return this.#register();
  }

  /** Keeps the status current. */
  async run(): Promise<void> {
    const { signal, updateEveryMs, log } = this.#options;
    while (!signal.aborted) {
      await this.#update().catch((thrown) => log.error("Error updating node status, will retry", { err: thrown }));
      await this.#pause(updateEveryMs);
    }
  }

  async #register(): Promise<void> {
    const { client, node, register, log, signal } = this.#options;
    for (let delayMs = 100; !signal.aborted; delayMs = Math.min(delayMs * 2, longestRetryMs)) {
      try {
        const status = await this.#options.status(undefined);
        this.#node = register
          ? await this.#create({ ...node, status })
          : await client.get<Node>(resources.nodes, this.#key());
        log.info("Successfully registered node", { node: node.metadata.name });
        return;
      } catch (thrown) {
        log.error("Unable to register node with API server", { node: node.metadata.name, err: thrown });
        await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #create(node: Node): Promise<Node> {
    const { client, log, onWritten } = this.#options;
    try {
      const created = await client.create<Node>(resources.nodes, node);
      onWritten(undefined, created.status);
      return created;
    } catch (thrown) {
      if (!isAlreadyExists(thrown)) throw thrown;
    }
    const existing = await client.get<Node>(resources.nodes, this.#key());
    log.info("Node was previously registered", { node: node.metadata.name });
    const labels = labelPatch(existing, node);
    if (!labels) return existing;
    return client.patch<Node>(resources.nodes, this.#key(), { type: "merge", body: { metadata: { labels } } });
  }

  /** Looks at the Node as it stands in the API: the node lifecycle controller writes there, too, when it heard nothing for a while. */
  async #update(): Promise<void> {
    const { client, uptimeMs, reportEveryMs, onWritten } = this.#options;
    const isDue = uptimeMs() - this.#reportedAtMs >= reportEveryMs;
    for (let attempt = 0; attempt < conflictRetries; attempt++) {
      const latest = await client.get<Node>(resources.nodes, this.#key()).catch((thrown) => this.#gone(thrown));
      if (!latest) return;
      try {
        const merged = await this.#options.status(latest.status);
        this.#node = latest;
        if (!isDue && !statusChanged(latest.status, merged)) return;
        const others = (latest.status?.conditions ?? []).filter(
          ({ type }) => !merged.conditions?.some((one) => one.type === type),
        );
        const next = {
          ...latest,
          status: { ...latest.status, ...merged, conditions: [...others, ...(merged.conditions ?? [])] },
        };
        this.#node = await client.update<Node>(resources.nodes, next, { subresource: "status" });
        this.#reportedAtMs = uptimeMs();
        onWritten(latest.status, this.#node.status);
        return;
      } catch (thrown) {
        if (!isConflict(thrown)) throw thrown;
      }
    }
  }

  /** Someone deleted the node: it registers itself anew. */
  async #gone(thrown: unknown): Promise<undefined> {
    if (!isNotFound(thrown) || !this.#options.register) throw thrown;
    await this.#register();
    return undefined;
  }

  #key() {
    return { name: this.#options.node.metadata.name ?? "" };
  }

  async #pause(ms: number): Promise<void> {
    const nudged = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([
      nudged,
      sleep(timerDelay(ms), undefined, { signal: this.#options.signal, ref: false }).catch(() => undefined),
    ]);
  }
}
