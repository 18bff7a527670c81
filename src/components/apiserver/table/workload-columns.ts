import type { KubeObject } from "../../../kube/object.ts";
import { at, containersOf, labels, none, selectorText } from "./cells.ts";
import { age, boolean, type Column, columns, duration, integer, name, since, wide } from "./column.ts";

type Workload = KubeObject & {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
};

const containerNames = ["Containers", (one: Workload) => names(one), wide] as const;
const images = ["Images", (one: Workload) => imagesOf(one), wide] as const;
const selector = ["Selector", (one: Workload) => selectorText(one.spec?.selector), wide] as const;

export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  "apps/deployments": columns(
    name,
    ["Ready", readyOf],
    ["Up-to-date", at("status.updatedReplicas", 0)],
    ["Available", at("status.availableReplicas", 0)],
    age,
    containerNames,
    images,
    selector,
  ),
  "apps/replicasets": columns(name, ...replicaCounts(), age, containerNames, images, selector),
  "apps/statefulsets": columns(name, ["Ready", readyOf], age, containerNames, images),
  "apps/daemonsets": columns(
    name,
    ["Desired", at("status.desiredNumberScheduled", 0), integer],
    ["Current", at("status.currentNumberScheduled", 0), integer],
    ["Ready", at("status.numberReady", 0), integer],
    ["Up-to-date", at("status.updatedNumberScheduled", 0), integer],
    ["Available", at("status.numberAvailable", 0), integer],
    ["Node Selector", (one: Workload) => labels(nodeSelector(one))],
    age,
    containerNames,
    images,
    selector,
  ),
  "apps/controllerrevisions": columns(
    name,
    ["Controller", ({ metadata }) => controller(metadata.ownerReferences)],
    ["Revision", at("revision", 0)],
    age,
  ),
  replicationcontrollers: columns(name, ...replicaCounts(), age, containerNames, images, [
    "Selector",
    (one: Workload) => labels(one.spec?.selector as Record<string, string>),
    wide,
  ]),
  "batch/jobs": columns(
    name,
    ["Status", jobStatus],
    ["Completions", completions],
    ["Duration", jobDuration],
    age,
    containerNames,
    images,
    selector,
  ),
  "batch/cronjobs": columns(
    name,
    ["Schedule", at("spec.schedule")],
    ["Timezone", at("spec.timeZone", none)],
    ["Suspend", (one: Workload) => (one.spec?.suspend ? "True" : "False"), boolean],
    ["Active", (one: Workload) => (one.status?.active as unknown[] | undefined)?.length ?? 0, integer],
    [
      "Last Schedule",
      (one: Workload) => (one.status?.lastScheduleTime ? since(String(one.status.lastScheduleTime)) : none),
    ],
    age,
    ["Containers", (one: Workload) => names(jobTemplate(one)), wide],
    ["Images", (one: Workload) => imagesOf(jobTemplate(one)), wide],
    ["Selector", (one: Workload) => selectorText(jobTemplate(one).spec?.selector), wide],
  ),
  "policy/poddisruptionbudgets": columns(
    name,
    ["Min Available", at("spec.minAvailable", "N/A")],
    ["Max Unavailable", at("spec.maxUnavailable", "N/A")],
    ["Allowed Disruptions", at("status.disruptionsAllowed", 0), integer],
    age,
  ),
  podtemplates: columns(
    name,
    ["Containers", ({ template }) => joined(containersOf(template).map((one) => one.name))],
    ["Images", ({ template }) => joined(containersOf(template).map((one) => one.image ?? ""))],
    ["Pod Labels", ({ template }) => labels((template as KubeObject | undefined)?.metadata?.labels)],
  ),
};

function replicaCounts() {
  return [
    ["Desired", at("spec.replicas", 0), integer],
    ["Current", at("status.replicas", 0), integer],
    ["Ready", at("status.readyReplicas", 0), integer],
  ] as const;
}

function readyOf(one: KubeObject): string {
  return `${at("status.readyReplicas", 0)(one)}/${at("spec.replicas", 0)(one)}`;
}

function names({ spec }: Workload): string {
  return containersOf(spec?.template)
    .map((one) => one.name)
    .join(",");
}

function imagesOf({ spec }: Workload): string {
  return containersOf(spec?.template)
    .map((one) => one.image ?? "")
    .join(",");
}

function joined(list: readonly string[]): string {
  return list.join(",");
}

function nodeSelector({ spec }: Workload): Record<string, string> | undefined {
  return (spec?.template as { spec?: { nodeSelector?: Record<string, string> } } | undefined)?.spec?.nodeSelector;
}

function controller(owners: KubeObject["metadata"]["ownerReferences"]): string {
  const owner = owners?.find((one) => one.controller);
  if (!owner) return none;
  const group = owner.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

function condition({ status }: Workload, type: string): boolean {
  const list = (status?.conditions ?? []) as readonly { type: string; status: string }[];
  return list.some((one) => one.type === type && one.status === "True");
}

function jobStatus(job: Workload): string {
  if (condition(job, "Complete")) return "Complete";
  if (condition(job, "Failed")) return "Failed";
  if (job.metadata.deletionTimestamp) return "Terminating";
  if (condition(job, "Suspended")) return "Suspended";
  if (condition(job, "FailureTarget")) return "FailureTarget";
  return condition(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
}

function completions(job: Workload): string {
  const succeeded = Number(job.status?.succeeded ?? 0);
  if (job.spec?.completions !== undefined) return `${succeeded}/${job.spec.completions}`;
  const parallelism = Number(job.spec?.parallelism ?? 0);
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: Workload): string {
  if (!status?.startTime) return "";
  const end = status.completionTime ? Date.parse(String(status.completionTime)) : Date.now();
  return duration((end - Date.parse(String(status.startTime))) / 1000);
}

function jobTemplate({ spec }: Workload): Workload {
  return (spec?.jobTemplate ?? {}) as Workload;
}
