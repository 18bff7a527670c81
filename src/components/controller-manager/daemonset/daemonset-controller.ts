import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { ControllerRevision, DaemonSet } from "../../../kube/kinds/workloads.ts";
import { isEmptySelector, selects } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { claim } from "../framework/claim.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { Expectations } from "../framework/expectations.ts";
import { KeyBackoff } from "../framework/key-backoff.ts";
import { claimable, controlledBy, indexByController } from "../framework/owned-index.ts";
import { slowStart } from "../framework/slow-start.ts";
import { updateStatus } from "../framework/update-status.ts";
import { watchChildren } from "../framework/watch-children.ts";
import { PodControl } from "../pods/pod-control.ts";
import { podOfTemplate } from "../pods/pod-of-template.ts";
import { availableInMs } from "../pods/pod-state.ts";
import { ensureRevision, hashOfRevision, trimHistory } from "../revisions/revision-history.ts";
import { nodeOfPod, nodeVerdict, templateForNode } from "./daemon-plan.ts";
import { type DaemonNode, type DaemonPlan, limits, membershipPlan, rolloutPlan } from "./daemon-rollout.ts";
import { daemonSetStatus } from "./daemon-status.ts";

/** Keeps one pod of each DaemonSet on every node that suits it. */
export const daemonSetController: Controller = {
  name: "daemonset-controller",
  alias: "daemonset",
  account: "daemon-set-controller",
  start(context) {
    const loop = new DaemonLoop(context);
    return () => loop.run();
  },
};

class DaemonLoop {
  readonly #context: ControllerContext;
  readonly #sets: Informer<DaemonSet>;
  readonly #nodes: Informer<Node>;
  readonly #pods: Informer<Pod>;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #podControl: PodControl;
  readonly #expectations = new Expectations();
  /** A daemon that its node refuses must not be made anew in a tight loop (upstream's failedPodsBackoff). */
  readonly #failed = new KeyBackoff({ firstMs: 1000, maxMs: 15 * 60_000 });
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext) {
    const { informers } = context;
    this.#context = context;
    this.#sets = informers.of<DaemonSet>(resources.daemonsets);
    this.#nodes = informers.of<Node>(resources.nodes);
    this.#pods = indexByController(informers.of<Pod>(resources.pods));
    this.#revisions = indexByController(informers.of<ControllerRevision>(resources.controllerrevisions));
    this.#podControl = new PodControl(context.client, context.recorder);
    this.#worker = new KeyedWorker(context, "daemonset", (key) => this.#sync(key), { workers: 2 });
  }

  run(): void {
    const enqueue = (key: string) => this.#worker.add(key);
    this.#sets.addHandler({
      added: (set) => enqueue(keyOf(set)),
      updated: (_, set) => enqueue(keyOf(set)),
      deleted: (set) => this.#expectations.forget(keyOf(set)),
    });
    watchChildren(this.#pods, {
      ownerKind: "DaemonSet",
      enqueue,
      expectations: this.#expectations,
      adopters: ({ metadata }) =>
        this.#sets.store
          .list(metadata.namespace)
          .filter(({ spec }) => selects(spec.selector, metadata.labels))
          .map(keyOf),
    });
    this.#nodes.addHandler({
      added: (node) => this.#nodeChanged(undefined, node),
      updated: (old, node) => this.#nodeChanged(old, node),
      deleted: () => this.#sets.store.keys().forEach(enqueue),
    });
    this.#worker.run();
  }

  /** Heartbeats change nothing for daemons; only a changed verdict does. */
  #nodeChanged(old: Node | undefined, node: Node): void {
    for (const set of this.#sets.store.list()) {
      const before = old && nodeVerdict(set, old);
      const after = nodeVerdict(set, node);
      if (before?.shouldRun !== after.shouldRun || before.mayStay !== after.mayStay) this.#worker.add(keyOf(set));
    }
  }

  async #sync(key: string): Promise<void> {
    const set = this.#sets.store.get(key);
    if (!set) return this.#expectations.forget(key);
    if (set.metadata.deletionTimestamp || isEmptySelector(set.spec.selector)) return;
    const history = controlledBy(this.#revisions.store, set);
    const hash = hashOfRevision(await ensureRevision(this.#context.client, set, history));
    const nodes = await this.#nodesOf(set);
    const failure = this.#expectations.satisfied(key) ? await this.#converge(key, set, { nodes, hash }) : undefined;
    const status = daemonSetStatus(set, nodes, { hash, nowMs: this.#context.now() });
    await updateStatus(this.#context.client, resources.daemonsets, set, status);
    await this.#trimHistory(set, history, { nodes, hash });
    this.#requeueWhenAvailable(key, set, nodes);
    if (failure) throw failure;
  }

  async #nodesOf(set: DaemonSet): Promise<DaemonNode[]> {
    const pods = await claim(this.#context.client, resources.pods, set, {
      candidates: claimable(this.#pods.store, set),
      matches: ({ metadata }) => selects(set.spec.selector, metadata.labels),
    });
    const byNode = Map.groupBy(pods, nodeOfPod);
    return this.#nodes.store.list().map((node) => {
      const name = node.metadata.name ?? "";
      return { name, ...nodeVerdict(set, node), pods: byNode.get(name) ?? [] };
    });
  }

  async #converge(
    key: string,
    set: DaemonSet,
    { nodes, hash }: { nodes: readonly DaemonNode[]; hash: string },
  ): Promise<unknown> {
    const desired = nodes.filter(({ shouldRun }) => shouldRun).length;
    const members = membershipPlan(nodes, { surge: limits(set, desired).maxSurge > 0, hash });
    const settled = members.create.length === 0 && members.remove.length === 0;
    const plan = settled ? rolloutPlan(set, nodes, { hash, nowMs: this.#context.now() }) : members;
    const remove = this.#withoutTooEarly(key, plan.remove);
    this.#tellEnded(set, remove);
    return this.#execute(key, set, { ...plan, remove }, hash);
  }

  /** Failed pods stay for their node's back-off. */
  #withoutTooEarly(key: string, remove: readonly Pod[]): Pod[] {
    return remove.filter((pod) => {
      if (pod.status?.phase !== "Failed") return true;
      const waitMs = this.#failed.take(`${key} ${pod.spec.nodeName}`, this.#context.now());
      if (waitMs > 0) this.#worker.addAfter(key, waitMs);
      return waitMs === 0;
    });
  }

  #tellEnded(set: DaemonSet, pods: readonly Pod[]): void {
    for (const pod of pods) {
      const what = `daemon pod ${keyOf(pod)} on node ${pod.spec.nodeName}, will try to`;
      const { recorder } = this.#context;
      if (pod.status?.phase === "Failed")
        recorder.event(set, { type: "Warning", reason: "FailedDaemonPod", message: `Found failed ${what} kill it` });
      if (pod.status?.phase === "Succeeded")
        recorder.event(set, {
          type: "Normal",
          reason: "SucceededDaemonPod",
          message: `Found succeeded ${what} delete it`,
        });
    }
  }

  async #execute(key: string, set: DaemonSet, plan: DaemonPlan, hash: string): Promise<unknown> {
    const { create, remove } = plan;
    if (create.length > 0) this.#expectations.expectCreations(key, create.length);
    if (remove.length > 0) this.#expectations.expectDeletions(key, remove.map(keyOf));
    const creating = slowStart(create.length, async (at) => {
      await this.#podControl.create(podOfTemplate(templateForNode(set, create[at] ?? "", hash), set), set);
    });
    const removing = Promise.allSettled(remove.map((pod) => this.#remove(key, set, pod)));
    const [{ succeeded, failure }, removed] = await Promise.all([creating, removing]);
    for (let missing = succeeded; missing < create.length; missing++) this.#expectations.creationObserved(key);
    return failure ?? removed.find((result) => result.status === "rejected")?.reason;
  }

  async #remove(key: string, set: DaemonSet, pod: Pod): Promise<void> {
    try {
      await this.#podControl.delete(pod, set);
    } catch (thrown) {
      this.#expectations.deletionObserved(key, keyOf(pod));
      throw thrown;
    }
  }

  async #trimHistory(
    set: DaemonSet,
    history: readonly ControllerRevision[],
    { nodes, hash }: { nodes: readonly DaemonNode[]; hash: string },
  ): Promise<void> {
    const used = nodes.flatMap(({ pods }) =>
      pods.map(({ metadata }) => metadata.labels?.["controller-revision-hash"] ?? ""),
    );
    await trimHistory(this.#context.client, set, history, { live: new Set([hash, ...used]) });
  }

  #requeueWhenAvailable(key: string, set: DaemonSet, nodes: readonly DaemonNode[]): void {
    const pods = nodes.flatMap((node) => node.pods);
    const waits = pods.flatMap((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, this.#context.now()) ?? []);
    if (waits.length > 0) this.#worker.addAfter(key, Math.min(...waits) + 10);
  }
}
