import type { KubeObject, OwnerReference } from "../../../kube/object.ts";

/** Where an object is: enough to read and delete it. */
export type Identity = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string;
};

export type GraphNode = {
  identity: Identity;
  owners: readonly OwnerReference[];
  readonly dependents: Set<string>;
  isBeingDeleted: boolean;
  /** It waits for its dependents to go (foreground deletion). */
  isDeletingDependents: boolean;
  /** Only known from a reference of a dependent; no watch has shown it. */
  isVirtual: boolean;
};

/** What a change asks for: a look at an object that may be garbage, or setting an object's dependents free. */
export type GcWork = { readonly kind: "check" | "orphan"; readonly uid: string };

export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

/** Who owns whom among all objects, as the watches tell it; says what each change makes necessary. */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();

  get size(): number {
    return this.#nodes.size;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependentsOf({ dependents }: GraphNode): GraphNode[] {
    return [...dependents].flatMap((uid) => this.#nodes.get(uid) ?? []);
  }

  /** Takes in an object that was added or changed. */
  observe(object: KubeObject): GcWork[] {
    const { uid = "", ownerReferences = [], deletionTimestamp, finalizers = [] } = object.metadata;
    const known = this.#nodes.get(uid);
    const wasDeletingDependents = known?.isDeletingDependents ?? false;
    const wasBeingDeleted = known?.isBeingDeleted ?? false;
    const node = known ?? this.#insert(identityOf(object));
    node.identity = identityOf(object);
    node.isVirtual = false;
    node.isBeingDeleted = deletionTimestamp !== undefined;
    node.isDeletingDependents = node.isBeingDeleted && finalizers.includes(foregroundFinalizer);
    const work = this.#setOwners(node, ownerReferences);
    if (node.isDeletingDependents && !wasDeletingDependents) work.push(...this.#checkDependents(node), check(uid));
    const isOrphaning = node.isBeingDeleted && finalizers.includes(orphanFinalizer);
    if (isOrphaning && !wasBeingDeleted) work.push({ kind: "orphan", uid });
    return work;
  }

  /** Takes out an object that is gone: its dependents may be garbage now, its owners may wait for it no longer. */
  remove(uid: string): GcWork[] {
    const node = this.#nodes.get(uid);
    if (!node) return [];
    const work = this.#checkDependents(node);
    this.#nodes.delete(uid);
    for (const owner of node.owners) {
      const parent = this.#nodes.get(owner.uid);
      parent?.dependents.delete(uid);
      if (parent?.isDeletingDependents) work.push(check(owner.uid));
      if (parent?.isVirtual && parent.dependents.size === 0) this.#nodes.delete(owner.uid);
    }
    return work;
  }

  #setOwners(node: GraphNode, owners: readonly OwnerReference[]): GcWork[] {
    const { uid } = node.identity;
    const work: GcWork[] = [];
    const changed: string[] = [];
    for (const old of node.owners) {
      if (owners.some((owner) => owner.uid === old.uid && owner.blockOwnerDeletion === old.blockOwnerDeletion))
        continue;
      if (!owners.some((owner) => owner.uid === old.uid)) this.#nodes.get(old.uid)?.dependents.delete(uid);
      changed.push(old.uid);
    }
    node.owners = owners;
    for (const owner of owners) {
      const parent = this.#nodes.get(owner.uid);
      if (parent) parent.dependents.add(uid);
      else {
        this.#insertVirtual(owner, node.identity.namespace).dependents.add(uid);
        work.push(check(owner.uid));
      }
    }
    // one that no longer holds up its owner's deletion
    for (const owner of changed) if (this.#nodes.get(owner)?.isDeletingDependents) work.push(check(owner));
    return work;
  }

  #checkDependents(node: GraphNode): GcWork[] {
    return [...node.dependents].map(check);
  }

  #insert(identity: Identity): GraphNode {
    const node: GraphNode = {
      identity,
      owners: [],
      dependents: new Set(),
      isBeingDeleted: false,
      isDeletingDependents: false,
      isVirtual: false,
    };
    this.#nodes.set(identity.uid, node);
    return node;
  }

  #insertVirtual({ apiVersion, kind, name, uid }: OwnerReference, namespace: string | undefined): GraphNode {
    const node = this.#insert({ apiVersion, kind, name, namespace, uid });
    node.isVirtual = true;
    return node;
  }
}

function check(uid: string): GcWork {
  return { kind: "check", uid };
}

function identityOf({ apiVersion, kind, metadata }: KubeObject): Identity {
  const { name = "", namespace, uid = "" } = metadata;
  return { apiVersion, kind, name, namespace, uid };
}
