import { isDeepStrictEqual } from "node:util";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { ClusterEvent } from "../framework/plugin.ts";
import type { ClusterState } from "./cluster-state.ts";
import { nodeChanges } from "./node-changes.ts";
import { isGated } from "./pod-info.ts";

/** Who hears of pods that wait for a node. */
export type Waiting = {
  readonly isOurs: (pod: Pod) => boolean;
  /** A pod waits; `changed` tells whether it is another pod for scheduling than it was. */
  readonly waits: (pod: Pod, changed: boolean) => void;
  /** It waits no longer: it has a node, a gate, or is gone. */
  readonly gone: (key: string) => void;
  readonly happened: (event: ClusterEvent) => void;
};

/** Keeps the state as the watches tell it, and tells of pods that wait and of events that may let them fit. */
export class ClusterWatch {
  readonly #state: ClusterState;
  readonly #waiting: Waiting;

  constructor(state: ClusterState, waiting: Waiting) {
    this.#state = state;
    this.#waiting = waiting;
  }

  start(nodes: Informer<Node>, pods: Informer<Pod>): void {
    nodes.addHandler({
      added: (node) => {
        this.#state.setNode(node);
        this.#waiting.happened("NodeAdded");
      },
      updated: (old, node) => {
        this.#state.setNode(node);
        for (const event of nodeChanges(old, node)) this.#waiting.happened(event);
      },
      deleted: (node) => {
        this.#state.removeNode(keyOf(node));
        this.#waiting.happened("NodeDeleted");
      },
    });
    pods.addHandler({
      added: (pod) => this.#podSeen(undefined, pod),
      updated: (old, pod) => this.#podSeen(old, pod),
      deleted: (pod) => this.#podGone(pod),
    });
  }

  #podSeen(old: Pod | undefined, pod: Pod): void {
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") this.#podGone(pod);
    else if (pod.spec.nodeName) this.#podPlaced(old, pod);
    else if (pod.metadata.deletionTimestamp || isGated(pod)) this.#waiting.gone(keyOf(pod));
    else if (this.#waiting.isOurs(pod) && !this.#state.isAssumed(keyOf(pod))) {
      this.#waiting.waits(pod, !old || !isDeepStrictEqual(wishes(old), wishes(pod)));
    }
  }

  #podPlaced(old: Pod | undefined, pod: Pod): void {
    this.#state.setPod(pod);
    this.#waiting.gone(keyOf(pod));
    if (!old?.spec.nodeName) this.#waiting.happened("PodPlaced");
    else if (!isDeepStrictEqual(old.metadata.labels, pod.metadata.labels)) this.#waiting.happened("PodChanged");
  }

  #podGone(pod: Pod): void {
    const key = keyOf(pod);
    const wasPlaced = this.#state.isPlaced(key);
    this.#waiting.gone(key);
    this.#state.removePod(key);
    if (wasPlaced) this.#waiting.happened("PodDeleted");
  }
}

/** What scheduling reads of a pod. */
function wishes({ spec, metadata }: Pod) {
  return [spec, metadata.labels];
}
