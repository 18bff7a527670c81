import type { Pod } from "../api/pod.ts";
import type { PodStatus } from "../api/pod-status.ts";
import { mergeStatus, sameStatus } from "./merge-status.ts";

export type StatusStoreOptions = {
  readonly now: () => number;
  /** Told of each status that differs from the one before. */
  onChange(pod: Pod, status: PodStatus): void;
};

/** The newest status of each pod, by uid. */
export class StatusStore {
  readonly #options: StatusStoreOptions;
  readonly #statuses = new Map<string, PodStatus>();

  constructor(options: StatusStoreOptions) {
    this.#options = options;
  }

  /** What is known of a pod: by us, else what its object says. */
  get(pod: Pod): PodStatus {
    return this.#statuses.get(pod.metadata.uid ?? "") ?? pod.status ?? {};
  }

  set(pod: Pod, status: PodStatus): PodStatus {
    const uid = pod.metadata.uid ?? "";
    const known = this.#statuses.get(uid);
    const merged = mergeStatus(known ?? pod.status, status, this.#options.now());
    if (sameStatus(known, merged)) return merged;
    this.#statuses.set(uid, merged);
    this.#options.onChange(pod, merged);
    return merged;
  }

  forget(uid: string): void {
    this.#statuses.delete(uid);
  }
}
