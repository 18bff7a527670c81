import { isDeepStrictEqual } from "node:util";
import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import { conditionOf, isConditionTrue, withCondition } from "../../../kube/conditions.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Lease } from "../../../kube/kinds/lease.ts";
import type { Node, Taint } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { rfc3339 } from "../../../kube/rfc3339.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { every } from "../framework/every.ts";
import { podsByNode } from "../pods/pods-by-node.ts";
import { disruptionOf, graceMs, type NodeHealth, observeNode, silentConditions } from "./node-health.ts";
import { withConditionTaints, withEvictionTaint, withoutEvictionTaint } from "./node-taints.ts";

/** Nodes of a zone are tainted for eviction one in ten seconds, one in a hundred while much of a zone is down. */
const evictionEveryMs = { none: 10_000, partial: 100_000 } as const;
/** Up to so many nodes, a partial disruption stops evictions altogether. */
const smallCluster = 50;

/** Watches the nodes' signs of life and taints those that are not well. */
export const nodeLifecycleController: Controller = {
  name: "node-lifecycle-controller",
  alias: "nodelifecycle",
  account: "node-controller",
  start(context) {
    const loop = new NodeLifecycle(context);
    return () => loop.run();
  },
};

class NodeLifecycle {
  readonly #context: ControllerContext;
  readonly #nodes: Informer<Node>;
  readonly #leases: Informer<Lease>;
  readonly #pods: Informer<Pod>;
  readonly #tainter: KeyedWorker;
  readonly #health = new Map<string, NodeHealth>();
  readonly #lastEvictionMs = new Map<string, number>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#nodes = context.informers.of<Node>(resources.nodes);
    this.#leases = context.informers.of<Lease>(resources.leases, { namespace: "kube-node-lease" });
    this.#pods = podsByNode(context.informers);
    this.#tainter = new KeyedWorker(context, (key) => this.#taint(key), { workers: 8 });
  }

  run(): void {
    this.#nodes.addHandler({
      added: (node) => this.#tainter.add(keyOf(node)),
      updated: (_, node) => this.#tainter.add(keyOf(node)),
      deleted: (node) => this.#health.delete(keyOf(node)),
    });
    this.#tainter.run();
    every(this.#context, this.#context.options["node-monitor-period"], () => this.#monitor());
  }

  /** Brings the NoSchedule taints in line at once; a ready node loses its eviction taint too. */
  async #taint(key: string): Promise<void> {
    const node = this.#nodes.store.get(key);
    if (!node) return;
    const taints = withConditionTaints(node, rfc3339(this.#context.now()));
    await this.#writeTaints(node, isReady(node) ? withoutEvictionTaint(taints) : taints);
  }

  async #monitor(): Promise<void> {
    const nodes = this.#nodes.store.list();
    await Promise.all(nodes.map((node) => this.#checkSilence(node)));
    for (const zone of Map.groupBy(nodes, zoneOf).entries()) await this.#evictFrom(zone, nodes.length);
  }

  async #checkSilence(node: Node): Promise<void> {
    const nowMs = this.#context.now();
    const lease = this.#leases.store.get(`kube-node-lease/${node.metadata.name}`);
    const health = observeNode(this.#health.get(keyOf(node)), node, { lease, nowMs });
    this.#health.set(keyOf(node), health);
    const { options } = this.#context;
    const grace = graceMs(node, {
      monitorMs: options["node-monitor-grace-period"],
      startupMs: options["node-startup-grace-period"],
    });
    if (nowMs - health.seenAtMs <= grace) return;
    const conditions = silentConditions(node, nowMs);
    if (isDeepStrictEqual(conditions, node.status?.conditions)) return;
    await this.#context.client.update(
      resources.nodes,
      { ...node, status: { ...node.status, conditions } },
      { subresource: "status" },
    );
    this.#tell(node, "NodeNotReady", `Node ${node.metadata.name} status is now: NodeNotReady`);
    await this.#markPodsNotReady(node);
  }

  /** Services must not send to pods of a node that nobody hears of. */
  async #markPodsNotReady({ metadata }: Node): Promise<void> {
    for (const pod of this.#pods.store.byIndex("node", metadata.name ?? "")) {
      const ready = conditionOf(pod.status?.conditions, "Ready");
      if (ready?.status !== "True") continue;
      const lastTransitionTime = rfc3339(this.#context.now());
      const conditions = withCondition(pod.status?.conditions, { ...ready, status: "False", lastTransitionTime });
      const { name = "", namespace } = pod.metadata;
      const body = { metadata: { uid: pod.metadata.uid }, status: { conditions } };
      await this.#context.client
        .patch(resources.pods, { name, namespace }, { type: "merge", body }, { subresource: "status" })
        .catch(ignoreGone);
    }
  }

  async #evictFrom([zone, nodes]: [string, Node[]], clusterSize: number): Promise<void> {
    const notReady = nodes.filter((node) => !isReady(node));
    const disruption = disruptionOf(nodes.length - notReady.length, notReady.length);
    if (disruption === "full" && this.#everyZoneIsDown()) return;
    if (disruption === "partial" && clusterSize <= smallCluster) return;
    const now = this.#context.now();
    for (const node of notReady) {
      const last = this.#lastEvictionMs.get(zone) ?? Number.NEGATIVE_INFINITY;
      if (now - last < evictionEveryMs[disruption === "partial" ? "partial" : "none"]) return;
      const taints = withEvictionTaint(node.spec?.taints ?? [], node, rfc3339(now));
      if (await this.#writeTaints(node, taints)) this.#lastEvictionMs.set(zone, now);
    }
  }

  /** Then it is this control plane that is cut off. */
  #everyZoneIsDown(): boolean {
    return !this.#nodes.store.list().some(isReady);
  }

  async #writeTaints(node: Node, taints: readonly Taint[]): Promise<boolean> {
    if (isDeepStrictEqual(taints, node.spec?.taints ?? [])) return false;
    const { name = "", resourceVersion } = node.metadata;
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    try {
      await this.#context.client.patch(resources.nodes, { name }, { type: "merge", body });
    } catch (thrown) {
      if (isNotFound(thrown) || isConflict(thrown)) return false;
      throw thrown;
    }
    return true;
  }

  #tell(node: Node, reason: string, message: string): void {
    this.#context.recorder.event(node, { type: "Normal", reason, message });
  }
}

function isReady({ status }: Node): boolean {
  return isConditionTrue(status?.conditions, "Ready");
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  return `${labels["topology.kubernetes.io/region"] ?? ""}:${labels["topology.kubernetes.io/zone"] ?? ""}`;
}

function ignoreGone(thrown: unknown): void {
  if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
}
