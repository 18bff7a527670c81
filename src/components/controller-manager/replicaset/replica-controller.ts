import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod, PodTemplateSpec } from "../../../kube/kinds/pod.ts";
import type { ReplicaStatus } from "../../../kube/kinds/workloads.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { controllerOf } from "../../../kube/owner.ts";
import { type ResourceInfo, resources } from "../../../kube/resources.ts";
import { claim } from "../framework/claim.ts";
import { type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { Expectations } from "../framework/expectations.ts";
import { claimable, indexByController } from "../framework/owned-index.ts";
import { slowStart } from "../framework/slow-start.ts";
import { updateStatus } from "../framework/update-status.ts";
import { watchChildren } from "../framework/watch-children.ts";
import { PodControl } from "../pods/pod-control.ts";
import { podOfTemplate } from "../pods/pod-of-template.ts";
import { availableInMs, isPodActive } from "../pods/pod-state.ts";
import { replicaPlan } from "./replica-plan.ts";
import { type ReplicaFacts, replicaStatus } from "./replica-status.ts";

type ReplicaSpec = { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec };
export type Replicated = KubeObject & { spec: ReplicaSpec; status?: ReplicaStatus };

/** How a kind that keeps a number of equal pods differs from another of the sort. */
export type ReplicatedKind<T extends Replicated> = {
  readonly resource: ResourceInfo;
  readonly selects: (set: T, labels: Record<string, string> | undefined) => boolean;
  readonly queue: string;
  readonly workers: number;
};

/** Keeps as many pods as each set asks for; the loop of ReplicaSets and ReplicationControllers. */
export class ReplicaController<T extends Replicated> {
  readonly #context: ControllerContext;
  readonly #kind: ReplicatedKind<T>;
  readonly #sets: Informer<T>;
  readonly #pods: Informer<Pod>;
  readonly #podControl: PodControl;
  readonly #expectations = new Expectations();
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext, kind: ReplicatedKind<T>) {
    this.#context = context;
    this.#kind = kind;
    this.#sets = indexByController(context.informers.of<T>(kind.resource));
    this.#pods = indexByController(context.informers.of<Pod>(resources.pods));
    this.#podControl = new PodControl(context.client, context.recorder);
    this.#worker = new KeyedWorker(context, kind.queue, (key) => this.#sync(key), { workers: kind.workers });
  }

  run(): void {
    this.#sets.addHandler({
      added: (set) => this.#worker.add(keyOf(set)),
      updated: (_, set) => this.#worker.add(keyOf(set)),
      deleted: (set) => {
        this.#expectations.forget(keyOf(set));
        this.#worker.add(keyOf(set));
      },
    });
    watchChildren(this.#pods, {
      ownerKind: this.#kind.resource.kind,
      enqueue: (key) => this.#worker.add(key),
      adopters: (pod) => this.#adopters(pod),
      expectations: this.#expectations,
    });
    this.#worker.run();
  }

  #adopters({ metadata }: Pod): string[] {
    const sets = this.#sets.store.list(metadata.namespace);
    return sets.filter((set) => this.#kind.selects(set, metadata.labels)).map(keyOf);
  }

  async #sync(key: string): Promise<void> {
    const set = this.#sets.store.get(key);
    if (!set) return this.#expectations.forget(key);
    const mayAct = this.#expectations.satisfied(key);
    const pods = await claim(this.#context.client, resources.pods, set, {
      candidates: claimable(this.#pods.store, set),
      matches: (pod) => this.#kind.selects(set, pod.metadata.labels),
    });
    const active = pods.filter(isPodActive);
    const failure = mayAct && !set.metadata.deletionTimestamp ? await this.#manage(key, set, active) : undefined;
    await this.#writeStatus(set, pods, failure);
    this.#requeueWhenAvailable(key, set, active);
    if (failure) throw failure.thrown;
  }

  async #manage(key: string, set: T, active: readonly Pod[]): Promise<ReplicaFacts["failure"]> {
    const plan = replicaPlan(set.spec.replicas ?? 1, active, {
      related: this.#related(set),
      nowMs: this.#context.now(),
    });
    switch (plan.kind) {
      case "none":
        return undefined;
      case "create":
        return this.#create(key, set, plan.count);
      case "delete":
        return this.#delete(key, set, plan.pods);
      default:
        return plan satisfies never;
    }
  }

  async #create(key: string, set: T, count: number): Promise<ReplicaFacts["failure"]> {
    const { template } = set.spec;
    if (!template) return undefined;
    this.#expectations.expectCreations(key, count);
    const pod = podOfTemplate(template, set);
    const { succeeded, failure } = await slowStart(count, async () => {
      await this.#podControl.create(pod, set);
    });
    for (let missing = succeeded; missing < count; missing++) this.#expectations.creationObserved(key);
    return failure === undefined ? undefined : { reason: "FailedCreate", thrown: failure };
  }

  async #delete(key: string, set: T, pods: readonly Pod[]): Promise<ReplicaFacts["failure"]> {
    this.#expectations.expectDeletions(key, pods.map(keyOf));
    const results = await Promise.allSettled(
      pods.map(async (pod) => {
        try {
          await this.#podControl.delete(pod, set);
        } catch (thrown) {
          this.#expectations.deletionObserved(key, keyOf(pod));
          throw thrown;
        }
      }),
    );
    const failed = results.find((result) => result.status === "rejected");
    return failed && { reason: "FailedDelete", thrown: failed.reason };
  }

  /** Pods of the sets with the same controller: crowded nodes are relieved first. */
  #related(set: T): Pod[] {
    const owner = controllerOf(set.metadata);
    const sets = owner ? this.#sets.store.byIndex("controller", owner.uid) : [set];
    return sets.flatMap((one) => this.#pods.store.byIndex("controller", one.metadata.uid ?? "")).filter(isPodActive);
  }

  async #writeStatus(set: T, pods: readonly Pod[], failure: ReplicaFacts["failure"]): Promise<void> {
    const status = replicaStatus({
      old: set.status,
      generation: set.metadata.generation,
      templateLabels: set.spec.template?.metadata?.labels ?? {},
      minReadySeconds: set.spec.minReadySeconds ?? 0,
      active: pods.filter(isPodActive),
      terminating: pods.filter(({ metadata }) => metadata.deletionTimestamp).length,
      nowMs: this.#context.now(),
      ...(failure ? { failure } : {}),
    });
    await updateStatus(this.#context.client, this.#kind.resource, set, status);
  }

  #requeueWhenAvailable(key: string, set: T, active: readonly Pod[]): void {
    const waits = active.flatMap((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, this.#context.now()) ?? []);
    if (waits.length > 0) this.#worker.addAfter(key, Math.min(...waits) + 10);
  }
}
