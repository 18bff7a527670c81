import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";
import type { PlacedPod, Snapshot } from "./snapshot.ts";

type Changes = {
  readonly gone?: readonly PlacedPod[];
  readonly added?: readonly PlacedPod[];
  /** The added pods are only expected: a decision must hold without them as well. */
  readonly isExpected?: boolean;
};

/** The same cluster with some pods gone and others added, for "what if" questions; nothing real changes. */
export class SnapshotOverlay implements Snapshot {
  readonly nodes: readonly NodeInfo[];
  readonly namespaceLabels: Snapshot["namespaceLabels"];
  readonly volumes: Snapshot["volumes"];
  readonly imageSpread: Snapshot["imageSpread"];
  readonly actual: Snapshot | undefined;
  readonly #base: Snapshot;
  readonly #gone: ReadonlySet<string>;
  readonly #added: readonly PlacedPod[];
  readonly #changed = new Map<string, NodeInfo>();

  constructor(base: Snapshot, { gone = [], added = [], isExpected = false }: Changes) {
    this.#base = base;
    this.actual = isExpected ? base : undefined;
    this.namespaceLabels = base.namespaceLabels;
    this.volumes = base.volumes;
    this.imageSpread = base.imageSpread;
    this.#gone = new Set(gone.map(({ info }) => info.key));
    this.#added = added;
    for (const { info, nodeName } of gone) this.#changeable(nodeName)?.removePod(info.key);
    for (const { info, nodeName } of added) this.#changeable(nodeName)?.addPod(info);
    this.nodes = this.#changed.size === 0 ? base.nodes : base.nodes.map((node) => this.#changed.get(node.name) ?? node);
  }

  node(name: string): NodeInfo | undefined {
    return this.#changed.get(name) ?? this.#base.node(name);
  }

  podsIn(namespace: string): Iterable<PlacedPod> {
    return this.#amend(this.#base.podsIn(namespace), (info) => info.namespace === namespace);
  }

  allPods(): Iterable<PlacedPod> {
    return this.#amend(this.#base.allPods(), () => true);
  }

  podsWithAffinity(): Iterable<PlacedPod> {
    const has = ({ affinity, antiAffinity }: PodInfo) => affinity.length + antiAffinity.length > 0;
    return this.#amend(this.#base.podsWithAffinity(), has);
  }

  podsOf(controllerUid: string): Iterable<PlacedPod> {
    return this.#amend(this.#base.podsOf(controllerUid), (info) => info.controllerUid === controllerUid);
  }

  *#amend(pods: Iterable<PlacedPod>, fits: (info: PodInfo) => boolean): Iterable<PlacedPod> {
    for (const placed of pods) if (!this.#gone.has(placed.info.key)) yield placed;
    for (const placed of this.#added) if (fits(placed.info)) yield placed;
  }

  #changeable(nodeName: string): NodeInfo | undefined {
    const known = this.#changed.get(nodeName) ?? this.#base.node(nodeName)?.copy();
    if (known) this.#changed.set(nodeName, known);
    return known;
  }
}
