import type { EventFacts } from "../../../kube/event-recorder.ts";
import type { Job } from "../../../kube/kinds/job.ts";

/** What to tell of a job whose podFailurePolicy this controller does not follow, when it sees the job for the first time. */
export function unheededPolicy({ spec, status }: Job): EventFacts | undefined {
  const isNew = Object.keys(status ?? {}).length === 0;
  if (!spec.podFailurePolicy || !isNew) return undefined;
  return {
    type: "Warning",
    reason: "PodFailurePolicyNotSupported",
    message: "podFailurePolicy is not followed: every failed pod counts towards the back-off limit",
  };
}
