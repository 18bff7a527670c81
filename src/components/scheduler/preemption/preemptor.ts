import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import { withCondition } from "../../../kube/conditions.ts";
import type { EventRecorder } from "../../../kube/event-recorder.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import type { Informers } from "../../../kube/informer/informers.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { PodDisruptionBudget } from "../../../kube/kinds/policy.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { histogram } from "../cycle/failure-message.ts";
import type { FitFault } from "../cycle/schedule-pod.ts";
import type { Profile } from "../framework/profile.ts";
import type { SchedulerMetrics } from "../metrics/scheduler-metrics.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { type PodInfo, podInfoOf } from "../state/pod-info.ts";
import type { PlacedPod, Snapshot } from "../state/snapshot.ts";
import { SnapshotOverlay } from "../state/snapshot-overlay.ts";
import { splitByBudget } from "./budgets.ts";
import { leastHarm, type Victims, victimsOn } from "./victims.ts";

type Parts = {
  readonly client: KubeClient;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  readonly metrics: SchedulerMetrics;
  readonly now: () => number;
};
type Outcome = {
  /** The node that is being cleared for the pod; "" takes back what was said before, undefined leaves it. */
  readonly nominated?: string;
  readonly message?: string;
};

/** The search looks at a tenth of the nodes, and at a hundred at least (DefaultPreemptionArgs). */
const candidateShare = 0.1;
const leastCandidates = 100;

/** Makes room for pods of higher priority and remembers for whom. */
export class Preemptor {
  readonly #parts: Parts;
  readonly #state: ClusterState;
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #nominated = new Map<string, PlacedPod>();

  constructor(parts: Parts, state: ClusterState) {
    this.#parts = parts;
    this.#state = state;
    this.#budgets = parts.informers.of<PodDisruptionBudget>(resources.poddisruptionbudgets);
  }

  /** A pod that says for which node it waits, as after a change of the leader. */
  nominationSeen(pod: Pod): void {
    const nodeName = pod.status?.nominatedNodeName;
    if (nodeName) this.#nominated.set(keyOf(pod), { info: podInfoOf(pod), nodeName });
  }

  forget(key: string): void {
    this.#nominated.delete(key);
  }

  /** The cluster with the pods in place for which room is being made, if they are as important as this one. */
  withNominated(pod: PodInfo): Snapshot {
    const others = [...this.#nominated.values()].filter(
      ({ info }) => info.key !== pod.key && info.priority >= pod.priority,
    );
    return others.length === 0 ? this.#state : new SnapshotOverlay(this.#state, { added: others, isExpected: true });
  }

  /** Evicts what must go for the pod and nominates it; without a candidate it says why, in upstream's words. */
  async tryFor(pod: PodInfo, profile: Profile, fault: FitFault): Promise<Outcome> {
    if (!profile.preempts || fault.nodeCount === 0) return {};
    this.#parts.metrics.preempted();
    const ineligible = this.#ineligible(pod);
    if (ineligible) return { message: `preemption: ${ineligible}` };
    const snapshot = this.withNominated(pod);
    const helpful = [...fault.rejections].filter(([, { unresolvable }]) => !unresolvable).map(([name]) => name);
    const { candidates, tried } = this.#search(helpful, { pod, profile, snapshot });
    const chosen = leastHarm(candidates);
    if (!chosen) {
      this.#nominated.delete(pod.key);
      return { nominated: "", message: refusal(fault, tried) };
    }
    this.#nominated.set(pod.key, { info: pod, nodeName: chosen.nodeName });
    await this.#evict(pod, chosen);
    await this.#takeBack(pod, chosen.nodeName);
    return { nominated: chosen.nodeName };
  }

  /** Less important pods for which the same node was being cleared must look for another. */
  async #takeBack({ priority }: PodInfo, nodeName: string): Promise<void> {
    const { client } = this.#parts;
    for (const [key, { info, nodeName: other }] of this.#nominated) {
      if (other !== nodeName || info.priority >= priority) continue;
      this.#nominated.delete(key);
      const { name = "", namespace, uid } = info.pod.metadata;
      const patch = { type: "merge", body: { metadata: { uid }, status: { nominatedNodeName: null } } } as const;
      await ignoreGone(client.patch(resources.pods, { name, namespace }, patch, { subresource: "status" }));
    }
  }

  #ineligible({ pod, priority }: PodInfo): string | undefined {
    if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
    const node = this.#state.node(pod.status?.nominatedNodeName ?? "");
    if (!node) return undefined;
    const isClearing = [...node.pods.values()].some(
      (one) => one.priority < priority && one.pod.metadata.deletionTimestamp,
    );
    return isClearing ? "not eligible due to a terminating pod on the nominated node." : undefined;
  }

  #search(
    names: readonly string[],
    view: { pod: PodInfo; profile: Profile; snapshot: Snapshot },
  ): { candidates: Victims[]; tried: number } {
    const budgets = this.#budgets.store.list();
    const preemption = { ...view, splitByBudget: (pods: readonly PodInfo[]) => splitByBudget(pods, budgets) };
    const wanted = Math.max(leastCandidates, Math.floor(names.length * candidateShare));
    const candidates: Victims[] = [];
    let tried = 0;
    for (const name of names) {
      if (candidates.length >= wanted) break;
      tried++;
      const node = view.snapshot.node(name);
      const victims = node && victimsOn(node, preemption);
      if (victims) candidates.push(victims);
    }
    return { candidates, tried };
  }

  async #evict(pod: PodInfo, { pods, nodeName }: Victims): Promise<void> {
    const { recorder } = this.#parts;
    await Promise.all(pods.map((victim) => this.#evictOne(pod, victim)));
    for (const victim of pods) {
      const message = `Preempted by pod ${pod.pod.metadata.uid} on node ${nodeName}`;
      recorder.event(victim.pod, { type: "Normal", reason: "Preempted", message });
    }
  }

  async #evictOne({ pod }: PodInfo, victim: PodInfo): Promise<void> {
    if (victim.pod.metadata.deletionTimestamp) return;
    const { client, now } = this.#parts;
    const { name = "", namespace, uid } = victim.pod.metadata;
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "PreemptionByScheduler",
      message: `${pod.spec.schedulerName ?? "default-scheduler"}: preempting to accommodate a higher priority pod`,
      lastTransitionTime: rfc3339(now()),
    };
    const conditions = withCondition(victim.pod.status?.conditions, condition);
    const patch = { type: "merge", body: { metadata: { uid }, status: { conditions } } } as const;
    await ignoreGone(client.patch(resources.pods, { name, namespace }, patch, { subresource: "status" }));
    await ignoreGone(client.delete(resources.pods, { name, namespace }, uid ? { preconditions: { uid } } : {}));
  }
}

async function ignoreGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (thrown) {
    if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
  }
}

/** "preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling." */
function refusal({ nodeCount }: FitFault, tried: number): string {
  const reasons = [
    ...new Array<string>(tried).fill("No preemption victims found for incoming pod"),
    ...new Array<string>(nodeCount - tried).fill("Preemption is not helpful for scheduling"),
  ];
  return `preemption: 0/${nodeCount} nodes are available: ${histogram(reasons)}.`;
}
