import { staleFlows, udpFingerprint } from "../conntrack/stale-flows.ts";
import { forget, udpFlows } from "../kernel/conntrack.ts";
import { hasTable, isStanding, nft, rememberedClients } from "../kernel/nft.ts";
import type { BaseTableOptions, Family } from "../rules/base-table.ts";
import type { LocalMatch } from "../rules/local-match.ts";
import { replaceTable } from "../rules/replace-table.ts";
import { type Ruleset, rulesetMaker } from "../rules/ruleset.ts";
import { transaction } from "../rules/transaction.ts";
import type { ServicePort } from "../services/service-port.ts";
import { withoutLocalEndpoints } from "./no-local-endpoints.ts";
import { familyLabel, type ProxyMetrics } from "./proxy-metrics.ts";

/** What the rules depend on beside services: it changes rarely, and everything is then made anew. */
export type NodeFacts = {
  readonly local: LocalMatch | undefined;
  /** The node's addresses of this family that take node ports. */
  readonly nodePortIps: readonly string[];
};

type Options = BaseTableOptions & {
  readonly family: Family;
  readonly masqueradeAll: boolean;
  readonly metrics: ProxyMetrics;
};

/** Keeps our nftables table of one address family, and the flows of UDP beside it. */
export class FamilyProxier {
  readonly #options: Options;
  readonly #label: ReturnType<typeof familyLabel>;
  /** What stands in the kernel; undefined when that is not known: at the start and after a failure. */
  #applied: Ruleset | undefined;
  #udp: string | undefined;
  #facts = "";
  #make: ReturnType<typeof rulesetMaker> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#label = familyLabel(options.family);
  }

  /** Brings the kernel to what the services ask for, writing only what differs; rejects with nft's message. */
  async sync(services: readonly ServicePort[], facts: NodeFacts): Promise<void> {
    const next = this.#rulesetOf(services, facts);
    const startedAt = performance.now();
    const isPartial = this.#applied !== undefined;
    const { metrics } = this.#options;
    try {
      await this.#bring(next);
    } catch (thrown) {
      metrics.failures(this.#label);
      throw thrown;
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    metrics.syncSeconds(seconds, this.#label);
    (isPartial ? metrics.partialSyncSeconds : metrics.fullSyncSeconds)(seconds, this.#label);
    for (const [policy, count] of withoutLocalEndpoints(services)) {
      metrics.noLocalEndpoints(count, { ...this.#label, traffic_policy: policy });
    }
    await this.#forgetStaleFlows(services, facts.nodePortIps);
  }

  /** Looks whether somebody else took our rules away; then the next sync writes all of them. */
  async check(): Promise<boolean> {
    if (!this.#applied || (await isStanding(this.#options.family))) return true;
    this.#applied = undefined;
    return false;
  }

  /** Whether there is a table of ours in this family; known once it was looked for. */
  get isActive(): boolean {
    return this.#applied !== undefined;
  }

  #rulesetOf(services: readonly ServicePort[], facts: NodeFacts): Ruleset {
    const { family, masqueradeAll } = this.#options;
    const key = JSON.stringify(facts);
    if (!this.#make || key !== this.#facts) this.#make = rulesetMaker({ family, masqueradeAll, ...facts });
    this.#facts = key;
    return this.#make(services);
  }

  async #bring(next: Ruleset): Promise<void> {
    if (this.#applied) await this.#write(transaction(this.#options.family, this.#applied, next));
    else await this.#takeOver(next);
    this.#applied = next;
  }

  async #takeOver(rules: Ruleset): Promise<void> {
    const { family } = this.#options;
    const clients = (await hasTable(family)) ? await rememberedClients(family) : [];
    await nft(replaceTable(family, this.#options, { rules, clients }));
  }

  async #write(script: string): Promise<void> {
    if (script === "") return;
    this.#applied = undefined;
    await nft(script);
  }

  async #forgetStaleFlows(services: readonly ServicePort[], nodePortIps: readonly string[]): Promise<void> {
    const udp = udpFingerprint(services);
    if (udp === this.#udp) return;
    const { family, metrics } = this.#options;
    const startedAt = performance.now();
    const stale = staleFlows(await udpFlows(family), services, nodePortIps);
    for (const flow of stale) await forget(flow);
    this.#udp = udp;
    metrics.reconcileSeconds((performance.now() - startedAt) / 1_000, this.#label);
    if (stale.length > 0) metrics.forgottenFlows(this.#label, stale.length);
  }
}
