import { ensured, type Fields, listAt, mapAt, missing } from "./missing.ts";
import { defaultPodTemplate } from "./pod.ts";
import { defaultClaim } from "./storage.ts";

type Defaulter = (object: Fields) => void;

const template = (spec: Fields) => defaultPodTemplate(ensured(spec, "template"));

export const workloadDefaults: Readonly<Record<string, Defaulter>> = {
  "apps/deployments": (object) => {
    const spec = ensured(object, "spec");
    missing(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
    const strategy = ensured(spec, "strategy");
    missing(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate")
      missing(ensured(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" });
    template(spec);
  },
  "apps/replicasets": (object) => {
    const spec = ensured(object, "spec");
    missing(spec, { replicas: 1 });
    template(spec);
  },
  "apps/statefulsets": (object) => {
    const spec = ensured(object, "spec");
    missing(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: "OrderedReady",
      updateStrategy: {},
      persistentVolumeClaimRetentionPolicy: {},
    });
    const strategy = ensured(spec, "updateStrategy");
    missing(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate") missing(ensured(strategy, "rollingUpdate"), { partition: 0 });
    missing(ensured(spec, "persistentVolumeClaimRetentionPolicy"), { whenDeleted: "Retain", whenScaled: "Retain" });
    for (const claim of listAt(spec, "volumeClaimTemplates")) {
      missing(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" });
      defaultClaim(claim);
      missing(claim, { status: { phase: "Pending" } });
    }
    template(spec);
  },
  "apps/daemonsets": (object) => {
    const spec = ensured(object, "spec");
    missing(spec, { revisionHistoryLimit: 10, updateStrategy: {} });
    const strategy = ensured(spec, "updateStrategy");
    missing(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate")
      missing(ensured(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
    template(spec);
  },
  replicationcontrollers: (object) => {
    const spec = ensured(object, "spec");
    missing(spec, { replicas: 1 });
    const labels = mapAt(mapAt(mapAt(spec, "template"), "metadata"), "labels");
    if (labels) {
      missing(spec, { selector: labels });
      missing(ensured(object, "metadata"), { labels });
    }
    template(spec);
  },
  podtemplates: (object) => defaultPodTemplate(ensured(object, "template")),
  "batch/jobs": (object) => defaultJobSpec(ensured(object, "spec")),
  "batch/cronjobs": (object) => {
    const spec = ensured(object, "spec");
    missing(spec, {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const job = ensured(spec, "jobTemplate");
    missing(job, { metadata: { creationTimestamp: null } });
    const jobSpec = ensured(job, "spec");
    template(jobSpec);
  },
  "autoscaling/horizontalpodautoscalers": (object) => {
    const spec = ensured(object, "spec");
    missing(spec, {
      minReplicas: 1,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
      ],
    });
    if (mapAt(spec, "behavior")) defaultBehavior(ensured(spec, "behavior"));
  },
};

/** How fast an autoscaler may act, where the user says something of it (pkg/apis/autoscaling/v2, defaults.go). */
function defaultBehavior(behavior: Fields): void {
  const doubling = { type: "Percent", value: 100, periodSeconds: 15 };
  missing(ensured(behavior, "scaleUp"), {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, doubling],
  });
  missing(ensured(behavior, "scaleDown"), { selectPolicy: "Max", policies: [doubling] });
}

function defaultJobSpec(spec: Fields): void {
  if (spec.completions === undefined && spec.parallelism === undefined) missing(spec, { completions: 1 });
  const isIndexedBackoff = spec.backoffLimitPerIndex !== undefined;
  missing(spec, {
    parallelism: 1,
    backoffLimit: isIndexedBackoff ? 2 ** 31 - 1 : 6,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed",
  });
  template(spec);
}
