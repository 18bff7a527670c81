import { dig } from "./field-path.ts";
import { groupVersion, type ResourceType, scale, status } from "./resource-type.ts";

const apps = groupVersion("apps", "v1");
const batch = groupVersion("batch", "v1");
const autoscalingV1 = groupVersion("autoscaling", "v1");
const autoscalingV2 = groupVersion("autoscaling", "v2");
const policy = groupVersion("policy", "v1");
const scheduling = groupVersion("scheduling.k8s.io", "v1");

const replicas = (object: Record<string, unknown>) => ({
  "status.replicas": dig(object, "status", "replicas") || "0",
});
const autoscaler = {
  shortNames: ["hpa"],
  categories: ["all"],
  subresources: [status("HorizontalPodAutoscaler")],
  storageVersion: "autoscaling/v2",
};

export const workloads: readonly ResourceType[] = [
  apps.namespaced("ControllerRevision", "controllerrevisions"),
  apps.namespaced("DaemonSet", "daemonsets", {
    shortNames: ["ds"],
    categories: ["all"],
    subresources: [status("DaemonSet")],
  }),
  apps.namespaced("Deployment", "deployments", {
    shortNames: ["deploy"],
    categories: ["all"],
    subresources: [scale(), status("Deployment")],
  }),
  apps.namespaced("ReplicaSet", "replicasets", {
    shortNames: ["rs"],
    categories: ["all"],
    subresources: [scale(), status("ReplicaSet")],
    fieldsOf: replicas,
  }),
  apps.namespaced("StatefulSet", "statefulsets", {
    shortNames: ["sts"],
    categories: ["all"],
    subresources: [scale(), status("StatefulSet")],
  }),
  batch.namespaced("CronJob", "cronjobs", {
    shortNames: ["cj"],
    categories: ["all"],
    subresources: [status("CronJob")],
  }),
  batch.namespaced("Job", "jobs", {
    categories: ["all"],
    subresources: [status("Job")],
    fieldsOf: (object) => ({ "status.successful": dig(object, "status", "succeeded") || "0" }),
  }),
  autoscalingV2.namespaced("HorizontalPodAutoscaler", "horizontalpodautoscalers", autoscaler),
  autoscalingV1.namespaced("HorizontalPodAutoscaler", "horizontalpodautoscalers", autoscaler),
  policy.namespaced("PodDisruptionBudget", "poddisruptionbudgets", {
    shortNames: ["pdb"],
    subresources: [status("PodDisruptionBudget")],
  }),
  scheduling.cluster("PriorityClass", "priorityclasses", { shortNames: ["pc"] }),
];
