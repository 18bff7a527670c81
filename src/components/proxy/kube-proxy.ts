import { networkInterfaces } from "node:os";
import { coalesce } from "../../base/coalesce.ts";
import { messageOf } from "../../base/errors.ts";
import { timerDelay } from "../../base/timer-delay.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Informer } from "../../kube/informer/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resources } from "../../kube/resources.ts";
import type { ProxyConfig } from "./config/proxy-config.ts";
import type { Family } from "./rules/base-table.ts";
import { localMatch } from "./rules/local-match.ts";
import { leanService, leanSlice } from "./services/lean-objects.ts";
import { nodeCidrs, nodePortIps } from "./services/node-addresses.ts";
import type { EndpointSlice, Node, Service } from "./services/objects.ts";
import { ServiceTable } from "./services/service-table.ts";
import { isEligible } from "./serving/healthz.ts";
import { NodePortHealth } from "./serving/node-port-health.ts";
import { FamilyProxier, type NodeFacts } from "./sync/family-proxier.ts";
import { familyLabel, type ProxyMetrics } from "./sync/proxy-metrics.ts";
import { SyncHealth } from "./sync/sync-health.ts";

type Parts = {
  readonly client: KubeClient;
  readonly metrics: ProxyMetrics;
  readonly log: (text: string) => void;
  readonly now: () => number;
};
type FamilyParts = { readonly family: Family; readonly table: ServiceTable; readonly proxier: FamilyProxier };

/** Follows Services, EndpointSlices and its own Node, and keeps the kernel's rules as they ask. */
export class KubeProxy {
  readonly health: SyncHealth;
  readonly #config: ProxyConfig;
  readonly #parts: Parts;
  readonly #services: Informer<Service & KubeObject>;
  readonly #slices: Informer<EndpointSlice & KubeObject>;
  readonly #nodes: Informer<Node & KubeObject>;
  readonly #families: readonly FamilyParts[];
  readonly #nodePortHealth: NodePortHealth;
  /** What has changed since the sync that runs, or the last one, began. */
  #pending = { services: 0, endpoints: 0 };

  constructor(config: ProxyConfig, parts: Parts) {
    const { client, log, metrics, now } = parts;
    const onError = (thrown: unknown) => log(`API: ${messageOf(thrown)}`);
    this.#config = config;
    this.#parts = parts;
    this.health = new SyncHealth({ timeoutMs: 2 * config.syncPeriodMs, now });
    this.#services = new Informer(client, resources.services, { onError, transform: leanService });
    this.#slices = new Informer(client, resources.endpointslices, { onError, transform: leanSlice });
    this.#nodes = new Informer(client, resources.nodes, {
      onError,
      fieldSelector: `metadata.name=${config.nodeName}`,
    });
    this.#families = (["ip", "ip6"] as const).map((family) => ({
      family,
      table: new ServiceTable({ node: config.nodeName, family: family === "ip" ? "ipv4" : "ipv6" }),
      proxier: new FamilyProxier({ ...config, family, metrics }),
    }));
    this.#nodePortHealth = new NodePortHealth(() => this.health.isHealthy, log);
  }

  /** Whether load balancers should send to this node. */
  get isEligible(): boolean {
    return isEligible(this.#node());
  }

  /** Works until the signal aborts. The rules stay in the kernel after that. */
  async run(signal: AbortSignal): Promise<void> {
    const sync = coalesce(
      () => this.#sync(),
      {
        onError: (thrown) => this.#parts.log(`rules could not be synced: ${messageOf(thrown)}`),
        retryMs: 1_000,
        everyMs: this.#config.minSyncPeriodMs,
      },
      signal,
    );
    this.#listen(() => {
      this.health.queued();
      const { metrics, now } = this.#parts;
      for (const { family } of this.#families) metrics.lastQueued(now() / 1_000, familyLabel(family));
      sync();
    });
    const timer = setInterval(() => void this.#check(sync), timerDelay(this.#config.syncPeriodMs));
    const informers = [this.#services, this.#slices, this.#nodes];
    void Promise.all(informers.map((informer) => informer.whenSynced(signal))).then(sync, () => {});
    await Promise.all(informers.map((informer) => informer.run(signal)));
    clearInterval(timer);
    this.#nodePortHealth.close();
  }

  #listen(changed: () => void): void {
    const { metrics } = this.#parts;
    const onService = (update: (table: ServiceTable, service: Service) => void) => (service: Service) => {
      for (const { table } of this.#families) update(table, service);
      metrics.serviceChanges();
      metrics.servicesPending(++this.#pending.services);
      changed();
    };
    const onSlice = (update: (table: ServiceTable, slice: EndpointSlice) => void) => (slice: EndpointSlice) => {
      for (const { table } of this.#families) update(table, slice);
      metrics.endpointChanges();
      metrics.endpointsPending(++this.#pending.endpoints);
      changed();
    };
    const setService = onService((table, service) => table.setService(service));
    const setSlice = onSlice((table, slice) => table.setSlice(slice));
    this.#services.addHandler({
      added: setService,
      updated: (_, service) => setService(service),
      deleted: onService((table, service) => table.deleteService(service)),
    });
    this.#slices.addHandler({
      added: setSlice,
      updated: (_, slice) => setSlice(slice),
      deleted: onSlice((table, slice) => table.deleteSlice(slice)),
    });
    // heartbeats change a node's status every few seconds; only what the rules are made of matters
    const seen = (node: Node | undefined) => JSON.stringify([node?.spec, node?.status?.addresses]);
    this.#nodes.addHandler({
      added: changed,
      updated: (old, node) => seen(old) !== seen(node) && changed(),
    });
  }

  async #sync(): Promise<void> {
    if (!this.#services.synced || !this.#slices.synced || !this.#nodes.synced) return;
    const { metrics, now } = this.#parts;
    const startedAt = now();
    this.#pending = { services: 0, endpoints: 0 };
    const services = [];
    for (const { family, table, proxier } of this.#families) {
      const ports = table.ports();
      const triggers = table.takeTriggers();
      services.push(...ports);
      // most clusters have no IPv6 services, and then there is no table for them
      if (family === "ip6" && ports.length === 0 && !proxier.isActive) continue;
      await proxier.sync(ports, this.#facts(family));
      metrics.lastSynced(now() / 1_000, familyLabel(family));
      for (const trigger of triggers) metrics.programmingSeconds((now() - trigger) / 1_000, familyLabel(family));
    }
    this.#nodePortHealth.sync(services);
    this.health.updated(startedAt);
    metrics.servicesPending(this.#pending.services);
    metrics.endpointsPending(this.#pending.endpoints);
  }

  async #check(sync: () => void): Promise<void> {
    for (const { family, proxier } of this.#families) {
      const isThere = await proxier.check().catch(() => true);
      if (!isThere) this.#parts.log(`the ${family} table was taken away by somebody; it is written anew`);
    }
    sync();
  }

  #facts(family: Family): NodeFacts {
    const { localTraffic, nodePorts } = this.#config;
    const node = this.#node();
    const own = Object.values(networkInterfaces()).flatMap((links) => (links ?? []).map(({ address }) => address));
    return {
      local: localMatch(localTraffic, { family, nodeCidrs: nodeCidrs(node) }),
      nodePortIps: nodePortIps(nodePorts, { family, node, own }),
    };
  }

  #node(): Node | undefined {
    return this.#nodes.store.get(this.#config.nodeName);
  }
}
