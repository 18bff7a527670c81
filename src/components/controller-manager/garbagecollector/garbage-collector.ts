import { isConflict, isNotFound, isReason } from "../../../kube/api-error.ts";
import type { KubeObject, OwnerReference, Resource } from "../../../kube/object.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import {
  foregroundFinalizer,
  type GcWork,
  type GraphNode,
  type Identity,
  OwnerGraph,
  orphanFinalizer,
} from "./owner-graph.ts";
import { ResourceMonitors } from "./resource-monitors.ts";
import { type DeletionPolicy, type Owner, type OwnerState, verdictOn } from "./verdict.ts";

/** How long until an object of, or owned by, a kind that the server did not know is looked at again. */
const unknownKindMs = 30_000;

/** Deletes what nobody owns any more: background, foreground and orphaning deletion by ownerReferences. */
export const garbageCollector: Controller = {
  name: "garbage-collector-controller",
  alias: "garbagecollector",
  account: "generic-garbage-collector",
  start(context) {
    const collector = new GarbageCollector(context);
    return () => collector.run();
  },
};

class GarbageCollector {
  readonly #context: ControllerContext;
  readonly #graph = new OwnerGraph();
  readonly #monitors: ResourceMonitors;
  readonly #checks: KeyedWorker;
  readonly #orphans: KeyedWorker;

  constructor(context: ControllerContext) {
    this.#context = context;
    context.informers.of({ group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" });
    this.#monitors = new ResourceMonitors(context, {
      changed: (object) => this.#enqueue(this.#graph.observe(object)),
      deleted: ({ metadata }) => this.#enqueue(this.#graph.remove(metadata.uid ?? "")),
    });
    const workers = context.options["concurrent-gc-syncs"];
    this.#checks = new KeyedWorker(context, "garbage_collector_attempt_to_delete", (uid) => this.#check(uid), {
      workers,
    });
    this.#orphans = new KeyedWorker(
      context,
      "garbage_collector_attempt_to_orphan",
      (uid) => this.#orphanDependents(uid),
      { workers },
    );
  }

  run(): void {
    this.#monitors.run();
    this.#checks.run();
    this.#orphans.run();
  }

  #enqueue(work: readonly GcWork[]): void {
    for (const { kind, uid } of work) (kind === "check" ? this.#checks : this.#orphans).add(uid);
  }

  async #check(uid: string): Promise<void> {
    const node = this.#graph.get(uid);
    if (!node || (node.isBeingDeleted && !node.isDeletingDependents)) return;
    // before every kind is listed, an owner that is not in the graph may well exist
    if (!this.#monitors.synced) return this.#checks.addAfter(uid, 500);
    const resource = this.#monitors.resourceOf(node.identity);
    if (!resource) return this.#unknownKind(node);
    const object = await this.#read(resource, node.identity);
    if (!object) return this.#enqueue(this.#graph.remove(uid));
    if (node.isVirtual) this.#enqueue(this.#graph.observe(object));
    if (node.isDeletingDependents) return this.#finishForeground(resource, node, object);
    await this.#judge(resource, node, object);
  }

  async #judge(resource: Resource, node: GraphNode, object: KubeObject): Promise<void> {
    const references = object.metadata.ownerReferences ?? [];
    const owners: Owner[] = await Promise.all(
      references.map(async (reference) => ({
        reference,
        state: await this.#stateOf(reference, node.identity.namespace),
      })),
    );
    if (owners.some(({ state }) => state === "unknown")) this.#checks.addAfter(node.identity.uid, unknownKindMs);
    const dependents = this.#graph.dependentsOf(node);
    const someWait = dependents.some(({ isDeletingDependents }) => isDeletingDependents);
    const verdict = verdictOn(object.metadata, owners, { hasDependents: dependents.length > 0, someWait });
    switch (verdict.kind) {
      case "keep":
        return;
      case "unlink":
        await this.#setOwners(
          resource,
          object,
          references.filter(({ uid }) => !verdict.uids.includes(uid)),
        );
        return;
      case "delete":
        return this.#delete(
          resource,
          verdict.unblocks ? await this.#unblock(resource, object) : object,
          verdict.policy,
        );
      default:
        return verdict satisfies never;
    }
  }

  /** Its owners no longer wait for it. */
  async #unblock(resource: Resource, object: KubeObject): Promise<KubeObject | undefined> {
    const references = object.metadata.ownerReferences ?? [];
    return this.#setOwners(
      resource,
      object,
      references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
    );
  }

  async #stateOf(reference: OwnerReference, namespace: string | undefined): Promise<OwnerState> {
    const known = this.#graph.get(reference.uid);
    if (known && !known.isVirtual) return known.isDeletingDependents ? "waiting" : "solid";
    const resource = this.#monitors.resourceOf(reference);
    // a kind that the server does not know may only be away for a while
    if (!resource) return "unknown";
    // no namespace can be meant: that is somebody's mistake, not garbage
    if (resource.namespaced && !namespace) return "solid";
    const owner = await this.#read(resource, { ...reference, namespace });
    if (!owner) return "absent";
    const { deletionTimestamp, finalizers = [] } = owner.metadata;
    return deletionTimestamp && finalizers.includes(foregroundFinalizer) ? "waiting" : "solid";
  }

  /** Undefined where it is gone, or another object took its name. */
  async #read(
    { namespaced, ...resource }: Resource & { namespaced: boolean },
    identity: Identity,
  ): Promise<KubeObject | undefined> {
    const { name, namespace, uid } = identity;
    if (namespaced && !namespace) return undefined;
    try {
      const object = await this.#context.client.get(resource, namespaced ? { name, namespace } : { name });
      return object.metadata.uid === uid ? object : undefined;
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  /** A foreground deletion ends when nothing below blocks it any more. */
  async #finishForeground(resource: Resource, node: GraphNode, object: KubeObject): Promise<void> {
    const blocking = this.#graph
      .dependentsOf(node)
      .filter(({ owners }) =>
        owners.some(({ uid, blockOwnerDeletion }) => uid === node.identity.uid && blockOwnerDeletion === true),
      );
    if (blocking.length === 0) return this.#removeFinalizer(resource, object, foregroundFinalizer);
    for (const dependent of blocking) if (!dependent.isDeletingDependents) this.#checks.add(dependent.identity.uid);
  }

  async #orphanDependents(uid: string): Promise<void> {
    const node = this.#graph.get(uid);
    if (!node) return;
    if (!this.#monitors.synced) return this.#orphans.addAfter(uid, 500);
    for (const dependent of this.#graph.dependentsOf(node)) await this.#unlink(dependent, uid);
    const resource = this.#monitors.resourceOf(node.identity);
    const object = resource && (await this.#read(resource, node.identity));
    if (resource && object) await this.#removeFinalizer(resource, object, orphanFinalizer);
  }

  async #unlink(dependent: GraphNode, ownerUid: string): Promise<void> {
    const resource = this.#monitors.resourceOf(dependent.identity);
    const object = resource && (await this.#read(resource, dependent.identity));
    if (!resource || !object) return;
    const owners = object.metadata.ownerReferences ?? [];
    await this.#setOwners(
      resource,
      object,
      owners.filter(({ uid }) => uid !== ownerUid),
    );
  }

  /** The object as it is then; undefined where it is gone. */
  async #setOwners(
    resource: Resource,
    { metadata }: KubeObject,
    ownerReferences: readonly OwnerReference[],
  ): Promise<KubeObject | undefined> {
    const { name = "", namespace, uid, resourceVersion } = metadata;
    const owners = ownerReferences.length > 0 ? ownerReferences : null;
    const body = { metadata: { uid, resourceVersion, ownerReferences: owners } };
    return undefinedIfGone(this.#context.client.patch(resource, { name, namespace }, { type: "merge", body }));
  }

  async #removeFinalizer(resource: Resource, { metadata }: KubeObject, finalizer: string): Promise<void> {
    const { name = "", namespace, uid, resourceVersion, finalizers = [] } = metadata;
    if (!finalizers.includes(finalizer)) return;
    const left = finalizers.filter((one) => one !== finalizer);
    const body = { metadata: { uid, resourceVersion, finalizers: left } };
    await undefinedIfGone(this.#context.client.patch(resource, { name, namespace }, { type: "merge", body }));
  }

  async #delete(resource: Resource, object: KubeObject | undefined, propagationPolicy: DeletionPolicy): Promise<void> {
    if (!object) return;
    const { name = "", namespace, uid = "", resourceVersion = "" } = object.metadata;
    const preconditions = { uid, resourceVersion };
    try {
      await this.#context.client.delete(resource, { name, namespace }, { propagationPolicy, preconditions });
    } catch (thrown) {
      // it changed since it was read: it may have an owner now
      if (isConflict(thrown)) this.#checks.addAfter(uid, 100);
      else if (!isNotFound(thrown)) throw thrown;
    }
  }

  /** Kinds come and go with their definitions; without one nothing can be said about the object. */
  #unknownKind({ identity, dependents }: GraphNode): void {
    if (dependents.size > 0) this.#checks.addAfter(identity.uid, unknownKindMs);
  }
}

async function undefinedIfGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (thrown) {
    if (!isReason(thrown, "NotFound")) throw thrown;
    return undefined;
  }
}
