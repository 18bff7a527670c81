import { conditionOf } from "../../../kube/conditions.ts";
import type { Job } from "../../../kube/kinds/job.ts";

export type JobEnd = { readonly type: "Complete" | "Failed"; readonly reason: string; readonly message: string };

/** How a job is to end that was found to have succeeded or failed before; pods of it may be left. */
export function decidedEnd({ status }: Job): JobEnd | undefined {
  for (const [target, type] of [
    ["SuccessCriteriaMet", "Complete"],
    ["FailureTarget", "Failed"],
  ] as const) {
    const decided = conditionOf(status?.conditions, target);
    if (decided?.status === "True") return { type, reason: decided.reason ?? "", message: decided.message ?? "" };
  }
  return undefined;
}
