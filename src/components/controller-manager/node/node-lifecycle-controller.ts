import { isDeepStrictEqual } from "node:util";
import { Semaphore } from "../../../base/semaphore.ts";
import { isConflict, isNotFound } from "../../../kube/api-error.ts";
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
import { EvictionLimiter } from "./eviction-limiter.ts";
import { watchLatePods } from "./late-pods.ts";
import { markPodsNotReady } from "./mark-pods-not-ready.ts";
import { graceMs, type NodeHealth, observeNode, silentConditions } from "./node-health.ts";
import { hasEvictionTaint, withConditionTaints, withEvictionTaint, withoutEvictionTaint } from "./node-taints.ts";
import { evictionRate, isCutOff, isReady, type Zone, zonesOf } from "./zone-state.ts";

/** So many nodes are looked at side by side (upstream's UpdateWorkerSize). */
const workers = 8;

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
  /** Nodes whose pods could not all be marked as not ready. */
  readonly #unmarked = new Set<string>();
  readonly #limiter = new EvictionLimiter();
  #wasCutOff = false;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#nodes = context.informers.of<Node>(resources.nodes);
    this.#leases = context.informers.of<Lease>(resources.leases, { namespace: "kube-node-lease" });
    this.#pods = podsByNode(context.informers);
    this.#tainter = new KeyedWorker(context, "node_lifecycle_controller", (key) => this.#taint(key), { workers });
  }

  run(): void {
    this.#nodes.addHandler({
      added: (node) => {
        this.#tell(node, "RegisteredNode", `event: Registered Node ${node.metadata.name} in Controller`);
        this.#tainter.add(keyOf(node));
      },
      updated: (_, node) => this.#tainter.add(keyOf(node)),
      deleted: (node) => {
        this.#tell(node, "RemovingNode", `event: Removing Node ${node.metadata.name} from Controller`);
        this.#health.delete(keyOf(node));
        this.#unmarked.delete(keyOf(node));
      },
    });
    this.#tainter.run();
    watchLatePods(this.#context, this.#nodes, this.#pods);
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
    const slots = new Semaphore(workers);
    const looks = this.#nodes.store.list().map((node) => slots.run(() => this.#look(node)));
    const failed = (await Promise.allSettled(looks)).find((look) => look.status === "rejected");
    await this.#handleDisruption();
    if (failed) throw failed.reason;
  }

  async #look(node: Node): Promise<void> {
    const key = keyOf(node);
    const lease = this.#leases.store.get(`kube-node-lease/${node.metadata.name}`);
    const health = observeNode(this.#health.get(key), node, { lease, nowMs: this.#context.now() });
    this.#health.set(key, health);
    if (await this.#tellSilence(node, health)) this.#unmarked.add(key);
    if (!this.#unmarked.has(key)) return;
    if (!isReady(node) || this.#isSilent(node, health)) {
      await markPodsNotReady(this.#context, this.#pods.store.byIndex("node", node.metadata.name ?? ""));
    }
    this.#unmarked.delete(key);
  }

  /** Writes that nothing is known of a node that has been silent for too long; true when it had been ready until then. */
  async #tellSilence(node: Node, health: NodeHealth): Promise<boolean> {
    if (!this.#isSilent(node, health)) return false;
    const conditions = silentConditions(node, this.#context.now());
    if (isDeepStrictEqual(conditions, node.status?.conditions)) return false;
    const silent = { ...node, status: { ...node.status, conditions } };
    try {
      await this.#context.client.update(resources.nodes, silent, { subresource: "status" });
    } catch (thrown) {
      // somebody else wrote: the next pass looks again
      if (isNotFound(thrown) || isConflict(thrown)) return false;
      throw thrown;
    }
    if (!isReady(node)) return false;
    this.#tell(node, "NodeNotReady", "status is now: NodeNotReady");
    return true;
  }

  #isSilent(node: Node, { seenAtMs }: NodeHealth): boolean {
    const { options, now } = this.#context;
    const grace = graceMs(node, {
      monitorMs: options["node-monitor-grace-period"],
      startupMs: options["node-startup-grace-period"],
    });
    return now() - seenAtMs > grace;
  }

  /** Evicts from nodes that are not ready, as fast as their zone's state allows; not at all while no node answers. */
  async #handleDisruption(): Promise<void> {
    const { options, now } = this.#context;
    const zones = zonesOf(this.#nodes.store.list(), options["unhealthy-zone-threshold"]);
    const wasCutOff = this.#wasCutOff;
    this.#wasCutOff = isCutOff(zones);
    if (this.#wasCutOff) return wasCutOff ? undefined : this.#stopEvictions(zones);
    if (wasCutOff) {
      // what could not be heard while cut off must not count against the nodes
      for (const [key, health] of this.#health) this.#health.set(key, { ...health, seenAtMs: now() });
      return;
    }
    for (const zone of zones) await this.#evictFrom(zone);
  }

  async #stopEvictions(zones: readonly Zone[]): Promise<void> {
    for (const node of zones.flatMap(({ nodes }) => nodes))
      await this.#writeTaints(node, withoutEvictionTaint(node.spec?.taints ?? []));
  }

  async #evictFrom(zone: Zone): Promise<void> {
    const { options, now } = this.#context;
    const rate = evictionRate(zone, options);
    for (const node of zone.nodes.filter((one) => !isReady(one))) {
      const before = node.spec?.taints ?? [];
      const taints = withEvictionTaint(before, node, rfc3339(now()));
      if (isDeepStrictEqual(taints, before)) continue;
      // a node that is being evicted from already only changes why
      if (hasEvictionTaint(before)) await this.#writeTaints(node, taints);
      else if (this.#limiter.hasTurn(zone.name, rate, now()) && (await this.#writeTaints(node, taints)))
        this.#limiter.used(zone.name, now());
    }
  }

  /** True when they were written. */
  async #writeTaints(node: Node, taints: readonly Taint[]): Promise<boolean> {
    if (isDeepStrictEqual(taints, node.spec?.taints ?? [])) return false;
    const { name = "", resourceVersion } = node.metadata;
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    try {
      await this.#context.client.patch(resources.nodes, { name }, { type: "merge", body });
    } catch (thrown) {
      // its next event, or the next pass, tries again
      if (isNotFound(thrown) || isConflict(thrown)) return false;
      throw thrown;
    }
    return true;
  }

  #tell(node: Node, reason: string, what: string): void {
    this.#context.recorder.event(node, { type: "Normal", reason, message: `Node ${node.metadata.name} ${what}` });
  }
}
