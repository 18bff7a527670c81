import type { Pod } from "../../api/pod.ts";
import { isStaticPod } from "../../api/pod.ts";
import type { KubeletConfiguration } from "../../config/kubelet-configuration.ts";
import type { Log } from "../../log.ts";
import type { ApiLink } from "../../node/api-link.ts";
import type { PodWorkers } from "../pod-workers.ts";
import { watchManifests } from "./manifest-directory.ts";

export type SourcesOptions = {
  readonly config: Pick<KubeletConfiguration, "staticPodPath" | "fileCheckFrequencyMs">;
  readonly nodeName: string;
  readonly workers: PodWorkers;
  readonly link: ApiLink | undefined;
  readonly log: Log;
  readonly now: () => number;
};

export type PodSources = {
  /** True once every source has told its pods: only then is it known what belongs to none. */
  ready(): boolean;
  stop(): void;
};

/** Static pods of the manifest directory; the pods of the API come in by the link's handler. */
export function startSources({ config, nodeName, workers, link, log, now }: SourcesOptions): PodSources {
  let read = config.staticPodPath === "";
  const onPods = (pods: readonly Pod[]) => {
    const uids = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const { pod } of workers.all()) if (isStaticPod(pod) && !uids.has(pod.metadata.uid)) workers.remove(pod);
    for (const pod of pods) workers.apply(pod);
    link?.mirrors.setStatics(pods);
    read = true;
  };
  const directory = read
    ? undefined
    : watchManifests({
        path: config.staticPodPath,
        nodeName,
        everyMs: config.fileCheckFrequencyMs,
        log,
        now: () => new Date(now()),
        onPods,
      });
  return { ready: () => read && (link?.synced ?? true), stop: () => directory?.stop() };
}
