import type { Condition } from "../conditions.ts";
import type { LabelSelector } from "../label-selector.ts";
import type { KubeObject, ObjectMeta } from "../object.ts";
import type { PodTemplateSpec } from "./pod.ts";

export type JobSpec = {
  parallelism?: number;
  completions?: number;
  completionMode?: "NonIndexed" | "Indexed";
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  successPolicy?: { rules: { succeededIndexes?: string; succeededCount?: number }[] };
  activeDeadlineSeconds?: number;
  ttlSecondsAfterFinished?: number;
  suspend?: boolean;
  manualSelector?: boolean;
  selector?: LabelSelector;
  template: PodTemplateSpec;
  podFailurePolicy?: unknown;
  podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
  managedBy?: string;
};

export type JobCondition = Condition & { lastProbeTime?: string };

export type JobStatus = {
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  completedIndexes?: string;
  /** Present, even empty, when failures are counted per index. */
  failedIndexes?: string;
  startTime?: string;
  completionTime?: string;
  conditions?: JobCondition[];
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] };
};

/** batch/v1 Job. */
export type Job = KubeObject & { spec: JobSpec; status?: JobStatus };

/** batch/v1 CronJob. */
export type CronJob = KubeObject & {
  spec: {
    schedule: string;
    timeZone?: string;
    concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
    suspend?: boolean;
    startingDeadlineSeconds?: number;
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
    jobTemplate: { metadata?: ObjectMeta; spec: JobSpec };
  };
  status?: {
    active?: {
      apiVersion?: string;
      kind?: string;
      namespace?: string;
      name?: string;
      uid?: string;
      resourceVersion?: string;
    }[];
    lastScheduleTime?: string;
    lastSuccessfulTime?: string;
  };
};
