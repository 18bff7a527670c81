import { setTimeout as sleep } from "node:timers/promises";
import { isConflict, isNotFound } from "../../kube/api-error.ts";
import type { KubeClient } from "../../kube/client.ts";
import { resources } from "../../kube/resources.ts";
import type { Pod } from "../api/pod.ts";
import { isStaticPod } from "../api/pod.ts";
import type { PodStatus } from "../api/pod-status.ts";
import type { Log } from "../log.ts";
import { sameStatus } from "./merge-status.ts";
import { statusPatch } from "./status-patch.ts";

export type StatusWriterOptions = {
  /** Resolves once the kubelet has an identity. */
  client(): Promise<KubeClient>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The object that a static pod has in the API; undefined until it is there. */
  mirrorOf(pod: Pod): Pod | undefined;
};

type Entry = {
  pod: Pod;
  status: PodStatus;
  /** What the API has, as far as we know. */
  written: PodStatus | undefined;
  released: boolean;
  busy: boolean;
  dirty: boolean;
};

const retryMs = { first: 200, most: 10_000 };

/** Writes pods' statuses to the API: for each pod one at a time, always the newest, until it is written. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  set(pod: Pod, status: PodStatus): void {
    const uid = pod.metadata.uid ?? "";
    const entry = this.#entries.get(uid);
    if (entry) Object.assign(entry, { pod, status, dirty: true });
    else this.#entries.set(uid, { pod, status, written: pod.status, released: false, busy: false, dirty: true });
    this.#kick(uid);
  }

  /** The pod holds nothing any more: once its last status is written, its object is deleted if that was asked for. */
  release(pod: Pod, status: PodStatus): void {
    this.set(pod, status);
    const entry = this.#entries.get(pod.metadata.uid ?? "");
    if (entry) entry.released = true;
  }

  /** The mirror of a static pod came, or a pod's object changed: its status may have to be written again. */
  refresh(uid: string, seen: PodStatus | undefined): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    entry.written = seen;
    entry.dirty = true;
    this.#kick(uid);
  }

  /**
   * The pod's object was seen. Where it holds another condition than ours, somebody else wrote it, as the node lifecycle
   * controller does with the pods of a Node that is silent: ours is written again.
   */
  reconcile(uid: string, seen: PodStatus | undefined): void {
    const ours = this.#entries.get(uid)?.status.conditions ?? [];
    const isOurs = ours.every(({ type, status }) => statusOf(type, seen) === status);
    if (!isOurs) this.refresh(uid, seen);
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  #kick(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry || entry.busy) return;
    entry.busy = true;
    void this.#drain(uid, entry).finally(() => {
      entry.busy = false;
      // after the end nothing is written, and what is still unwritten must not be tried without a pause
      if (entry.dirty && !this.#options.signal.aborted && this.#targetOf(entry)) this.#kick(uid);
    });
  }

  async #drain(uid: string, entry: Entry): Promise<void> {
    const { log, signal } = this.#options;
    for (let delayMs = retryMs.first; entry.dirty && !signal.aborted; delayMs = Math.min(delayMs * 2, retryMs.most)) {
      if (!this.#targetOf(entry)) return;
      entry.dirty = false;
      try {
        await this.#write(entry);
        delayMs = retryMs.first;
      } catch (thrown) {
        if (isNotFound(thrown) || isConflict(thrown)) return;
        log.error("Failed to update status for pod", { pod: uid, err: thrown });
        entry.dirty = true;
        await sleep(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  #targetOf({ pod }: Entry): Pod | undefined {
    return isStaticPod(pod) ? this.#options.mirrorOf(pod) : pod;
  }

  async #write(entry: Entry): Promise<void> {
    const client = await this.#options.client();
    const target = this.#targetOf(entry);
    if (!target) return;
    const { name = "", namespace, uid = "" } = target.metadata;
    const { status, written } = entry;
    if (!sameStatus(written, status)) {
      const body = statusPatch(uid, written, status);
      await client.patch(resources.pods, { name, namespace }, { type: "strategic", body }, { subresource: "status" });
      // what was seen meanwhile is newer
      if (entry.written === written) entry.written = status;
    }
    const isEnding = entry.released && entry.pod.metadata.deletionTimestamp !== undefined;
    if (isEnding && !isStaticPod(entry.pod))
      await client.delete(resources.pods, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  }
}

function statusOf(wanted: string, { conditions = [] }: PodStatus = {}): string | undefined {
  return conditions.find(({ type }) => type === wanted)?.status;
}
