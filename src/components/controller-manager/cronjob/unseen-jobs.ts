import { isNotFound } from "../../../kube/api-error.ts";
import type { CronJob, Job } from "../../../kube/kinds/job.ts";
import { resources } from "../../../kube/resources.ts";
import type { ControllerContext } from "../framework/controller.ts";

/**
 * The jobs that the status calls active and the cache lacks, as the server has them: a slow watch must not let a run
 * start beside another. Those that are gone are told (upstream's MissingJob).
 */
export async function unseenJobs(
  { client, recorder }: Pick<ControllerContext, "client" | "recorder">,
  cronJob: CronJob,
  cached: readonly Job[],
): Promise<Job[]> {
  const known = new Set(cached.map(({ metadata }) => metadata.uid));
  const unseen: Job[] = [];
  for (const { name = "", namespace, uid } of cronJob.status?.active ?? []) {
    if (known.has(uid)) continue;
    const found = await client.get<Job>(resources.jobs, { name, namespace }).then((job) => [job], noneIfGone);
    const job = found.find(({ metadata }) => metadata.uid === uid);
    if (job) unseen.push(job);
    else recorder.event(cronJob, { type: "Normal", reason: "MissingJob", message: `Active job went missing: ${name}` });
  }
  return unseen;
}

function noneIfGone(thrown: unknown): Job[] {
  if (!isNotFound(thrown)) throw thrown;
  return [];
}
