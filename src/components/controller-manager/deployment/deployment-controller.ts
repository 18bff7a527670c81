import { conditionOf } from "../../../kube/conditions.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Deployment, ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { selects } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { claim } from "../framework/claim.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { claimable, controlledBy, indexByController } from "../framework/owned-index.ts";
import { ownerKeyOf, watchChildren } from "../framework/watch-children.ts";
import { isPodFinished } from "../pods/pod-state.ts";
import { syncDeployment } from "./deployment-sync.ts";
import { oldReplicaSetsOf } from "./replica-sets.ts";
import { deadlineOf, hasProgressDeadline } from "./status.ts";

/** Rolls deployments from one pod template to the next by growing and shrinking ReplicaSets. */
export const deploymentController: Controller = {
  name: "deployment-controller",
  alias: "deployment",
  account: "deployment-controller",
  start(context) {
    const loop = new DeploymentLoop(context);
    return () => loop.run();
  },
};

class DeploymentLoop {
  readonly #context: ControllerContext;
  readonly #deployments: Informer<Deployment>;
  readonly #sets: Informer<ReplicaSet>;
  readonly #pods: Informer<Pod>;
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#deployments = context.informers.of<Deployment>(resources.deployments);
    this.#sets = indexByController(context.informers.of<ReplicaSet>(resources.replicasets));
    this.#pods = indexByController(context.informers.of<Pod>(resources.pods));
    const workers = context.options["concurrent-deployment-syncs"];
    this.#worker = new KeyedWorker(context, "deployment", (key) => this.#sync(key), { workers });
  }

  run(): void {
    this.#deployments.addHandler({
      added: (deployment) => this.#worker.add(keyOf(deployment)),
      updated: (_, deployment) => this.#worker.add(keyOf(deployment)),
    });
    watchChildren(this.#sets, {
      ownerKind: "Deployment",
      enqueue: (key) => this.#worker.add(key),
      adopters: ({ metadata }) =>
        this.#deployments.store
          .list(metadata.namespace)
          .filter(({ spec }) => selects(spec.selector, metadata.labels))
          .map(keyOf),
    });
    // a Recreate rollout goes on when the last old pod is gone
    this.#pods.addHandler({ deleted: (pod) => this.#podDeleted(pod) });
    this.#worker.run();
  }

  #podDeleted(pod: Pod): void {
    const setKey = ownerKeyOf(pod, "ReplicaSet");
    const set = setKey === undefined ? undefined : this.#sets.store.get(setKey);
    const key = set && ownerKeyOf(set, "Deployment");
    if (key && this.#deployments.store.get(key)?.spec.strategy?.type === "Recreate") this.#worker.add(key);
  }

  async #sync(key: string): Promise<void> {
    const deployment = this.#deployments.store.get(key);
    if (!deployment) return;
    const sets = await claim(this.#context.client, resources.replicasets, deployment, {
      candidates: claimable(this.#sets.store, deployment),
      matches: ({ metadata }) => selects(deployment.spec.selector, metadata.labels),
    });
    await syncDeployment(this.#context, deployment, {
      sets,
      oldPodsLeft: (current) => oldReplicaSetsOf(sets, current).some((set) => this.#hasPods(set)),
    });
    this.#requeueAtDeadline(key, deployment);
  }

  #hasPods(set: ReplicaSet): boolean {
    return controlledBy(this.#pods.store, set).some((pod) => !isPodFinished(pod));
  }

  /** Nothing may happen any more when a rollout hangs, so the deadline needs an alarm of its own. */
  #requeueAtDeadline(key: string, deployment: Deployment): void {
    if (!hasProgressDeadline(deployment) || deployment.spec.paused) return;
    const progressing = conditionOf(deployment.status?.conditions, "Progressing");
    const isSettled = ["NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"];
    if (!progressing || isSettled.includes(progressing.reason ?? "")) return;
    this.#worker.addAfter(key, Math.max(0, deadlineOf(deployment, progressing) - this.#context.now()) + 1000);
  }
}
