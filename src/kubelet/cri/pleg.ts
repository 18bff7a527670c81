import { setTimeout as sleep } from "node:timers/promises";
import type { TaskEvent } from "../../kube/containerd/events.ts";
import { taskEvents } from "../../kube/containerd/events.ts";
import type { Log } from "../log.ts";
import type { PodListing } from "./pod-runtime.ts";
import { fingerprint } from "./pod-runtime.ts";
import type { RuntimeView } from "./runtime-view.ts";

export type PlegOptions = {
  readonly view: RuntimeView;
  readonly endpoint: string;
  readonly log: Log;
  readonly uptimeMs: () => number;
  /** A pod's sandboxes or containers changed, appeared or went. */
  onChange(uid: string): void;
  /** A container was killed for its memory. */
  onOom(containerId: string): void;
};

/** The CRI may tell of an end later than containerd's events do: it is listed again at growing pauses until it does. */
const settleMs = { first: 10, most: 1000, attempts: 12 };
/** Relisting after an event waits this long for events that come with it. */
const gatherMs = 5;
const relistMs = 1000;
/** With events flowing, the list only guards against lost ones. */
const relistWithEventsMs = 10_000;
/** Upstream's bound: without a relist for this long the runtime counts as broken. */
const healthyWithinMs = 180_000;

/** Finds out what changed in the runtime: by containerd's events where it has them, by listing everywhere (PLEG). */
export class Pleg {
  readonly #options: PlegOptions;
  readonly #stop = new AbortController();
  #listing: ReadonlyMap<string, PodListing> = new Map();
  #fingerprints = new Map<string, string>();
  #hasEvents = false;
  #timer: NodeJS.Timeout | undefined;
  #nudged = false;
  #relisting: Promise<void> | undefined;
  #again = false;
  /** Ids whose end was told but not listed yet, with the number of lists since. */
  readonly #ended = new Map<string, number>();
  #listedAtMs = 0;
  #lastError: unknown;

  constructor(options: PlegOptions) {
    this.#options = options;
  }

  /** Resolves after the first list; rejects when the runtime is not there. */
  async start(): Promise<void> {
    await this.#relist();
    void this.#follow();
    this.#schedule(relistMs);
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  get listing(): ReadonlyMap<string, PodListing> {
    return this.#listing;
  }

  /** Why the runtime counts as broken; undefined while it does not. */
  problem(): string | undefined {
    const silent = this.#options.uptimeMs() - this.#listedAtMs;
    return silent > healthyWithinMs
      ? `PLEG is not healthy: pleg was last seen active ${Math.round(silent / 1000)}s ago; threshold is 3m0s`
      : undefined;
  }

  /** Lists soon, as something is known to have happened. */
  nudge(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    this.#schedule(gatherMs);
  }

  #schedule(delayMs: number): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), delayMs);
  }

  async #tick(): Promise<void> {
    this.#nudged = false;
    if (this.#relisting) {
      this.#again = true;
      return;
    }
    this.#relisting = this.#relist().catch((thrown) => this.#failed(thrown));
    await this.#relisting;
    this.#relisting = undefined;
    const again = this.#again;
    this.#again = false;
    this.#schedule(again ? gatherMs : this.#pauseMs());
  }

  #pauseMs(): number {
    const attempts = Math.min(...this.#ended.values());
    if (Number.isFinite(attempts)) return Math.min(settleMs.first * 2 ** attempts, settleMs.most);
    return this.#hasEvents ? relistWithEventsMs : relistMs;
  }

  #failed(thrown: unknown): void {
    if (this.#lastError === undefined) this.#options.log.error("Could not list pods of the runtime", { err: thrown });
    this.#lastError = thrown;
    this.#again = false;
  }

  async #relist(): Promise<void> {
    const listing = await this.#options.view.list();
    if (this.#lastError !== undefined) this.#options.log.info("The runtime answers again");
    this.#lastError = undefined;
    this.#listedAtMs = this.#options.uptimeMs();
    const fingerprints = new Map([...listing].map(([uid, pod]) => [uid, fingerprint(pod)]));
    const before = this.#fingerprints;
    this.#listing = listing;
    this.#settle(listing);
    this.#fingerprints = fingerprints;
    this.#options.view.forgetAbsent(listing);
    for (const uid of new Set([...before.keys(), ...fingerprints.keys()]))
      if (before.get(uid) !== fingerprints.get(uid)) this.#options.onChange(uid);
  }

  #settle(listing: ReadonlyMap<string, PodListing>): void {
    if (this.#ended.size === 0) return;
    const alive = new Set([...listing.values()].flatMap(aliveIds));
    for (const [id, attempts] of this.#ended) {
      if (!alive.has(id) || attempts >= settleMs.attempts) this.#ended.delete(id);
      else this.#ended.set(id, attempts + 1);
    }
  }

  #told(event: TaskEvent): void {
    if (event.kind === "oom") {
      this.#options.onOom(event.containerId);
      return;
    }
    if (event.kind === "exit") {
      // Processes that were exec'ed come and go without changing their container.
      if (event.id !== event.containerId) return;
      this.#ended.set(event.containerId, 0);
    }
    this.nudge();
  }

  /** Follows containerd's event service; a runtime without one is listed every second instead. */
  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const events = taskEvents(this.#options.endpoint, signal);
        this.#hasEvents = true;
        for await (const event of events) this.#told(event);
      } catch (thrown) {
        if (signal.aborted) return;
        this.#hasEvents = false;
        this.nudge();
        if ((thrown as { status?: string }).status === "UNIMPLEMENTED") return;
      }
      await sleep(relistMs, undefined, { ref: false });
    }
  }
}

function aliveIds({ sandboxes, containers }: PodListing): string[] {
  return [
    ...sandboxes.filter(({ state }) => state === "SANDBOX_READY").map(({ id }) => id),
    ...containers.filter(({ state }) => state === "CONTAINER_RUNNING").map(({ id }) => id),
  ];
}
