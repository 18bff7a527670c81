import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { NodeInfo } from "./node-info.ts";
import { type PodInfo, podInfoOf } from "./pod-info.ts";
import type { PlacedPod, Snapshot, Volumes } from "./snapshot.ts";

/**
 * The cluster as the scheduler believes it to be: what the watches told, and the pods that it has just bound and
 * assumes to be there. Between two decisions nothing else runs, so it serves as the snapshot itself.
 */
export class ClusterState implements Snapshot {
  readonly volumes: Volumes;
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #placed = new Map<string, PlacedPod>();
  readonly #byNamespace = new Map<string, Map<string, PlacedPod>>();
  readonly #byController = new Map<string, Map<string, PlacedPod>>();
  readonly #withAffinity = new Map<string, PlacedPod>();
  readonly #assumed = new Set<string>();
  readonly #imageSpread = new Map<string, number>();
  #nodeList: NodeInfo[] | undefined;

  constructor(outside: { volumes: Volumes; namespaceLabels: (namespace: string) => Readonly<Record<string, string>> }) {
    this.volumes = outside.volumes;
    this.namespaceLabels = outside.namespaceLabels;
  }

  get nodes(): readonly NodeInfo[] {
    this.#nodeList ??= [...this.#nodes.values()];
    return this.#nodeList;
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  podsIn(namespace: string): Iterable<PlacedPod> {
    return this.#byNamespace.get(namespace)?.values() ?? [];
  }

  allPods(): Iterable<PlacedPod> {
    return this.#placed.values();
  }

  podsWithAffinity(): Iterable<PlacedPod> {
    return this.#withAffinity.values();
  }

  podsOf(controllerUid: string): Iterable<PlacedPod> {
    return this.#byController.get(controllerUid)?.values() ?? [];
  }

  imageSpread = (image: string): number => this.#imageSpread.get(image) ?? 0;

  setNode(node: Node): void {
    const name = node.metadata.name ?? "";
    const known = this.#nodes.get(name);
    if (known) {
      const before = known.images;
      known.setNode(node);
      if (before !== known.images) this.#countImages(before, known.images);
      return;
    }
    const info = new NodeInfo(node);
    this.#nodes.set(name, info);
    this.#nodeList = undefined;
    this.#countImages(new Map(), info.images);
    // its pods may have been told before it was
    for (const placed of this.#placed.values()) if (placed.nodeName === name) info.addPod(placed.info);
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    this.#nodes.delete(name);
    this.#nodeList = undefined;
    this.#countImages(info.images, new Map());
  }

  /** A pod that runs on a node, as the watch tells it; it confirms an assumed one. */
  setPod(pod: Pod): void {
    const info = podInfoOf(pod);
    this.#assumed.delete(info.key);
    this.#place(info, pod.spec.nodeName ?? "");
  }

  removePod(key: string): void {
    this.#assumed.delete(key);
    this.#displace(key);
  }

  /** Counts a pod on a node before the API server has said so. */
  assume(info: PodInfo, nodeName: string): void {
    this.#assumed.add(info.key);
    this.#place(info, nodeName);
  }

  /** Takes an assumption back, unless the watch has confirmed it meanwhile. */
  forget({ key, pod }: PodInfo): void {
    const isSame = this.#placed.get(key)?.info.pod.metadata.uid === pod.metadata.uid;
    if (isSame && this.#assumed.delete(key)) this.#displace(key);
  }

  isAssumed(key: string): boolean {
    return this.#assumed.has(key);
  }

  isPlaced(key: string): boolean {
    return this.#placed.has(key);
  }

  #place(info: PodInfo, nodeName: string): void {
    this.#displace(info.key);
    const placed = { info, nodeName };
    this.#placed.set(info.key, placed);
    put(this.#byNamespace, info.namespace, placed);
    if (info.controllerUid) put(this.#byController, info.controllerUid, placed);
    if (hasAffinity(info)) this.#withAffinity.set(info.key, placed);
    this.#nodes.get(nodeName)?.addPod(info);
  }

  #displace(key: string): void {
    const placed = this.#placed.get(key);
    if (!placed) return;
    this.#placed.delete(key);
    drop(this.#byNamespace, placed.info.namespace, key);
    if (placed.info.controllerUid) drop(this.#byController, placed.info.controllerUid, key);
    this.#withAffinity.delete(key);
    this.#nodes.get(placed.nodeName)?.removePod(key);
  }

  #countImages(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
    const count = (image: string, by: number) => this.#imageSpread.set(image, (this.#imageSpread.get(image) ?? 0) + by);
    for (const image of before.keys()) count(image, -1);
    for (const image of after.keys()) count(image, 1);
  }
}

function hasAffinity({ affinity, antiAffinity, preferredAffinity, preferredAntiAffinity }: PodInfo): boolean {
  return affinity.length + antiAffinity.length + preferredAffinity.length + preferredAntiAffinity.length > 0;
}

function put(index: Map<string, Map<string, PlacedPod>>, name: string, placed: PlacedPod): void {
  const group = index.get(name);
  if (group) group.set(placed.info.key, placed);
  else index.set(name, new Map([[placed.info.key, placed]]));
}

function drop(index: Map<string, Map<string, PlacedPod>>, name: string, key: string): void {
  const group = index.get(name);
  group?.delete(key);
  if (group?.size === 0) index.delete(name);
}
