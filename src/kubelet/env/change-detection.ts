import type { KubeClient } from "../../kube/client.ts";
import type { Pod } from "../api/pod.ts";
import type { KubeletConfiguration } from "../config/kubelet-configuration.ts";
import type { Log } from "../log.ts";
import { CachedConfigStore } from "./cached-config-store.ts";
import type { ConfigStore } from "./container-environment.ts";
import { WatchedConfigStore } from "./watched-config-store.ts";

export type ChangeDetectionOptions = {
  client(): Promise<KubeClient>;
  readonly now: () => number;
  readonly log: Log;
  wake(podUid: string): void;
};

/** A store that knows which pods read from it. */
export type PodConfigStore = ConfigStore & {
  /** A pod that is new here or has changed will read what it names. */
  register(pod: Pod): void;
  unregister(podUid: string): void;
};

/** How long the Cache strategy lets pods share what was read. */
const cacheTtlMs = 10_000;

/** The store of configMapAndSecretChangeDetectionStrategy. */
export function changeDetection(
  {
    configMapAndSecretChangeDetectionStrategy: strategy,
  }: Pick<KubeletConfiguration, "configMapAndSecretChangeDetectionStrategy">,
  { client, now, log, wake }: ChangeDetectionOptions,
): PodConfigStore {
  switch (strategy) {
    case "Watch":
      return new WatchedConfigStore({
        client,
        onChange: wake,
        onError: (thrown) => log.error("Failed to watch", { type: "ConfigMap or Secret", err: thrown }),
      });
    case "Cache":
      return new CachedConfigStore(client, { ttlMs: cacheTtlMs, now });
    case "Get":
      return new CachedConfigStore(client, { ttlMs: 0, now });
    default:
      return strategy satisfies never;
  }
}
