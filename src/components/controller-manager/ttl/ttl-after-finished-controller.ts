import { isNotFound } from "../../../kube/api-error.ts";
import { conditionOf } from "../../../kube/conditions.ts";
import { splitKey } from "../../../kube/informer/store.ts";
import type { Job } from "../../../kube/kinds/job.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";

/** Deletes finished jobs when their ttlSecondsAfterFinished has passed. */
export const ttlAfterFinishedController: Controller = {
  name: "ttl-after-finished-controller",
  alias: "ttl-after-finished",
  account: "ttl-after-finished-controller",
  start(context) {
    const jobs = context.informers.of<Job>(resources.jobs);
    const worker: KeyedWorker = new KeyedWorker(context, "ttl_jobs_to_delete", async (key) => {
      const job = jobs.store.get(key);
      const expiresAtMs = job && expiryOf(job);
      if (!job || expiresAtMs === undefined) return;
      if (expiresAtMs > context.now()) return worker.addAfter(key, expiresAtMs - context.now());
      const { uid = "", resourceVersion = "" } = job.metadata;
      try {
        const options = { propagationPolicy: "Foreground", preconditions: { uid, resourceVersion } } as const;
        await context.client.delete(resources.jobs, splitKey(key), options);
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
    });
    return () => {
      worker.follow(jobs);
      worker.run();
    };
  },
};

/** When a job may go, milliseconds since 1970; undefined while it runs, stays, or is going already. */
export function expiryOf({ spec, status, metadata }: Job): number | undefined {
  if (spec.ttlSecondsAfterFinished === undefined || metadata.deletionTimestamp) return undefined;
  const end = ["Complete", "Failed"]
    .map((type) => conditionOf(status?.conditions, type))
    .find((condition) => condition?.status === "True");
  if (!end?.lastTransitionTime) return undefined;
  return Date.parse(end.lastTransitionTime) + spec.ttlSecondsAfterFinished * 1000;
}
