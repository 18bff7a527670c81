import type { Node } from "../../../kube/kinds/node.ts";
import { type Amounts, amountsOf } from "../../../kube/scheduling/resource-amounts.ts";
import type { PodInfo } from "./pod-info.ts";

/** A node with the pods that are bound or assumed to run there, and their sums. */
export class NodeInfo {
  readonly name: string;
  readonly pods = new Map<string, PodInfo>();
  /** What the pods ask for, by resource. */
  readonly requested: Record<string, number> = {};
  /** The same as scores see it. */
  readonly scoreRequested: Record<string, number> = {};
  #node: Node;
  #allocatable: Amounts;
  #images: ReadonlyMap<string, number>;

  constructor(node: Node) {
    this.name = node.metadata.name ?? "";
    this.#node = node;
    this.#allocatable = amountsOf(node.status?.allocatable);
    this.#images = imagesOf(node);
  }

  get node(): Node {
    return this.#node;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#node.metadata.labels ?? {};
  }

  get allocatable(): Amounts {
    return this.#allocatable;
  }

  /** Sizes in bytes of the images that the node has, by every name of theirs. */
  get images(): ReadonlyMap<string, number> {
    return this.#images;
  }

  setNode(node: Node): void {
    const before = this.#node;
    this.#node = node;
    if (before.status?.allocatable !== node.status?.allocatable)
      this.#allocatable = amountsOf(node.status?.allocatable);
    if (before.status?.images !== node.status?.images) this.#images = imagesOf(node);
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    addTo(this.requested, pod.requests, 1);
    addTo(this.scoreRequested, pod.scoreRequests, 1);
  }

  removePod(key: string): void {
    const pod = this.pods.get(key);
    if (!pod) return;
    this.pods.delete(key);
    addTo(this.requested, pod.requests, -1);
    addTo(this.scoreRequested, pod.scoreRequests, -1);
  }

  /** A copy that can be changed without changing this one. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.#node);
    for (const pod of this.pods.values()) copy.addPod(pod);
    return copy;
  }
}

function addTo(sums: Record<string, number>, amounts: Amounts, sign: 1 | -1): void {
  for (const name in amounts) sums[name] = (sums[name] ?? 0) + sign * (amounts[name] ?? 0);
}

function imagesOf({ status }: Node): ReadonlyMap<string, number> {
  return new Map(
    (status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes])),
  );
}
