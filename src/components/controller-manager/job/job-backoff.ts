import type { Job } from "../../../kube/kinds/job.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { hasFailed } from "./job-counts.ts";

const firstBackoffMs = 10_000;
const maxBackoffMs = 600_000;

/** How long a job's next pod has to wait, from the last failure on; milliseconds, not above 0 when it may start. */
export function backoffMs(
  job: Job,
  pods: readonly Pod[],
  { failed, nowMs }: { failed: number; nowMs: number },
): number {
  const failures = pods.filter((pod) => hasFailed(job, pod));
  const last = Math.max(0, ...failures.map(finishedMs));
  const lastSuccess = Math.max(0, ...pods.filter(({ status }) => status?.phase === "Succeeded").map(finishedMs));
  if (failed === 0 || last === 0 || lastSuccess > last) return 0;
  return delayAfter(failed, last, nowMs);
}

/** 10 s after a failure, doubling with each to ten minutes. */
export function delayAfter(failures: number, lastMs: number, nowMs: number): number {
  return lastMs + Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(20, failures - 1)) - nowMs;
}

/** When a pod's last container ended, milliseconds since 1970. */
export function finishedMs({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
  const times = [...ends, metadata.deletionTimestamp ?? ""]
    .map((time) => Date.parse(time))
    .filter((time) => !Number.isNaN(time));
  return times.length > 0 ? Math.max(...times) : Date.parse(metadata.creationTimestamp ?? "") || 0;
}
