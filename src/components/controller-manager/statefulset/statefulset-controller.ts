import { isAlreadyExists } from "../../../kube/api-error.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PersistentVolumeClaim } from "../../../kube/kinds/volume-claim.ts";
import type { ControllerRevision, StatefulSet } from "../../../kube/kinds/workloads.ts";
import { selects } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { claim } from "../framework/claim.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { claimable, controlledBy, indexByController } from "../framework/owned-index.ts";
import { updateStatus } from "../framework/update-status.ts";
import { watchChildren } from "../framework/watch-children.ts";
import { PodControl, statefulWords } from "../pods/pod-control.ts";
import { availableInMs } from "../pods/pod-state.ts";
import { ensureRevision, hashOfRevision, trimHistory } from "../revisions/revision-history.ts";
import { ClaimControl } from "./claim-control.ts";
import { type StatefulAction, type StatefulView, statefulPlan } from "./stateful-plan.ts";
import { ordinalOf, statefulPod } from "./stateful-pod.ts";
import { statefulStatus } from "./stateful-status.ts";

/** Keeps the pods of StatefulSets, each with its own name and claims. */
export const statefulSetController: Controller = {
  name: "statefulset-controller",
  alias: "statefulset",
  account: "statefulset-controller",
  start(context) {
    const loop = new StatefulLoop(context);
    return () => loop.run();
  },
};

/** The claims of an earlier pod of that name go first; nothing tells when they are gone. */
const staleClaimMs = 1000;

type Revisions = { readonly current: ControllerRevision; readonly update: ControllerRevision };

class StatefulLoop {
  readonly #context: ControllerContext;
  readonly #sets: Informer<StatefulSet>;
  readonly #pods: Informer<Pod>;
  readonly #claimControl: ClaimControl;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #podControl: PodControl;
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext) {
    const { informers } = context;
    this.#context = context;
    this.#sets = informers.of<StatefulSet>(resources.statefulsets);
    this.#pods = indexByController(informers.of<Pod>(resources.pods));
    const claims = informers.of<PersistentVolumeClaim>(resources.persistentvolumeclaims);
    this.#claimControl = new ClaimControl(context, claims.store);
    this.#revisions = indexByController(informers.of<ControllerRevision>(resources.controllerrevisions));
    this.#podControl = new PodControl(context.client, context.recorder, statefulWords);
    this.#worker = new KeyedWorker(context, "statefulset", (key) => this.#sync(key), { workers: 5 });
  }

  run(): void {
    const enqueue = (key: string) => this.#worker.add(key);
    this.#worker.follow(this.#sets);
    const adopters = ({ metadata }: Pod) =>
      this.#sets.store
        .list(metadata.namespace)
        .filter(({ spec }) => selects(spec.selector, metadata.labels))
        .map(keyOf);
    watchChildren(this.#pods, { ownerKind: "StatefulSet", enqueue, adopters });
    this.#worker.run();
  }

  async #sync(key: string): Promise<void> {
    const set = this.#sets.store.get(key);
    if (!set) return;
    const { client, now } = this.#context;
    const pods = await claim(client, resources.pods, set, {
      candidates: claimable(this.#pods.store, set),
      matches: (pod) => selects(set.spec.selector, pod.metadata.labels) && ordinalOf(pod, set) !== undefined,
    });
    const history = controlledBy(this.#revisions.store, set);
    const revisions = await this.#revisionsOf(set, history);
    const view = {
      current: revisions.current.metadata.name ?? "",
      update: revisions.update.metadata.name ?? "",
      nowMs: now(),
    };
    await this.#claimControl.settle(set, pods);
    await this.#claimControl.completePending(set, pods);
    const failure = await this.#execute(set, statefulPlan(set, pods, view), revisions);
    await updateStatus(client, resources.statefulsets, set, statefulStatus(set, pods, view));
    await this.#trim(set, history, view);
    const waits = pods.flatMap((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, now()) ?? []);
    if (waits.length > 0) this.#worker.addAfter(key, Math.min(...waits) + 10);
    if (failure) throw failure;
  }

  async #revisionsOf(set: StatefulSet, history: readonly ControllerRevision[]): Promise<Revisions> {
    const update = await ensureRevision(this.#context.client, set, history);
    const current = history.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    return { current, update };
  }

  async #execute(set: StatefulSet, actions: readonly StatefulAction[], revisions: Revisions): Promise<unknown> {
    const results = await Promise.allSettled(actions.map((action) => this.#act(set, action, revisions)));
    return results.find((result) => result.status === "rejected")?.reason;
  }

  async #act(set: StatefulSet, action: StatefulAction, revisions: Revisions): Promise<void> {
    if (action.kind === "delete") return this.#podControl.delete(action.pod, set);
    if (this.#claimControl.isStale(set, action.ordinal)) return this.#worker.addAfter(keyOf(set), staleClaimMs);
    await this.#claimControl.create(set, action.ordinal);
    const pod = statefulPod(set, action.ordinal, revisions[action.revision]);
    try {
      await this.#podControl.create(pod, set);
    } catch (thrown) {
      // its predecessor is still there in the server, if not in the cache
      if (!isAlreadyExists(thrown)) throw thrown;
    }
  }

  async #trim(
    set: StatefulSet,
    history: readonly ControllerRevision[],
    { current, update }: StatefulView,
  ): Promise<void> {
    const used = history.filter(({ metadata }) => metadata.name === current || metadata.name === update);
    await trimHistory(this.#context.client, set, history, { live: new Set(used.map(hashOfRevision)) });
  }
}
