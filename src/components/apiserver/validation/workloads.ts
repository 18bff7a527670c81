import { isDeepStrictEqual } from "node:util";
import { isEmptySelector, type LabelSelector, selects } from "../../../kube/label-selector.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import { enumError } from "./container.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";
import { validatePodTemplate } from "./pod.ts";

const immutable = "field is immutable";
const specOf = (object: KubeObject): Fields => mapAt(object as Fields, "spec") ?? {};

/** What Deployments, ReplicaSets, StatefulSets and DaemonSets have in common. */
export function validateWorkload(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  return [
    ...notNegative(spec, "spec", ["replicas", "minReadySeconds", "revisionHistoryLimit"]),
    ...selectorErrors(spec),
    ...validatePodTemplate(mapAt(spec, "template"), "spec.template"),
    ...restartErrors(spec, ["Always"]),
  ];
}

export function validateDeployment(object: KubeObject): FieldError[] {
  const strategy = mapAt(specOf(object), "strategy");
  return [
    ...validateWorkload(object),
    ...enumError("spec.strategy.type", strategy?.type, ["Recreate", "RollingUpdate"]),
    ...(strategy?.type === "Recreate" && strategy.rollingUpdate
      ? [forbiddenField("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")]
      : []),
  ];
}

/** A controller's selector never changes. */
export function validateSelectorUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [specOf(object).selector, specOf(old).selector];
  return isDeepStrictEqual(now, before) ? [] : [invalid("spec.selector", now, immutable)];
}

const statefulSetFree = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export function validateStatefulSetUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const rest = (spec: Fields) =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => !statefulSetFree.includes(key)));
  if (isDeepStrictEqual(rest(specOf(object)), rest(specOf(old)))) return [];
  return [
    forbiddenField(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}

export function validateJob(job: KubeObject): FieldError[] {
  return jobSpecErrors(specOf(job), "spec");
}

export function validateJobUpdate(job: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [specOf(job), specOf(old)];
  const isSuspended = before.suspend === true;
  const fixed = [
    "selector",
    "completionMode",
    ...(isSuspended ? [] : ["template"]),
    ...(now.completionMode === "Indexed" ? [] : ["completions"]),
  ];
  return fixed
    .filter((field) => !isDeepStrictEqual(now[field], before[field]))
    .map((field) => invalid(`spec.${field}`, now[field], immutable));
}

const field = String.raw`(\*|\d+|[A-Za-z]{3})(-(\d+|[A-Za-z]{3}))?(/\d+)?`;
const schedule = new RegExp(
  `^(TZ=\\S+ |CRON_TZ=\\S+ )?(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every .+)|(${field}(,${field})*|\\?)( +(${field}(,${field})*|\\?)){4})$`,
);

export function validateCronJob(cronJob: KubeObject): FieldError[] {
  const spec = specOf(cronJob);
  const text = String(spec.schedule ?? "");
  const jobSpec = mapAt(mapAt(spec, "jobTemplate"), "spec") ?? {};
  return [
    ...(text === "" ? [required("spec.schedule")] : []),
    ...(text !== "" && !schedule.test(text.trim())
      ? [
          invalid(
            "spec.schedule",
            text,
            `expected exactly 5 fields, found ${text.trim().split(/\s+/).length}: [${text}]`,
          ),
        ]
      : []),
    ...enumError("spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]),
    ...notNegative(spec, "spec", ["successfulJobsHistoryLimit", "failedJobsHistoryLimit", "startingDeadlineSeconds"]),
    ...jobSpecErrors(jobSpec, "spec.jobTemplate.spec"),
  ];
}

function jobSpecErrors(spec: Fields, path: string): FieldError[] {
  const template = mapAt(spec, "template");
  const policy = mapAt(template, "spec")?.restartPolicy;
  return [
    ...notNegative(spec, path, [
      "parallelism",
      "completions",
      "backoffLimit",
      "activeDeadlineSeconds",
      "ttlSecondsAfterFinished",
    ]),
    ...validatePodTemplate(template, `${path}.template`),
    ...(policy === "OnFailure" || policy === "Never"
      ? []
      : [notSupported(`${path}.template.spec.restartPolicy`, policy, ["OnFailure", "Never"])]),
  ];
}

export function notNegative(map: Fields, path: string, fields: readonly string[]): FieldError[] {
  return fields
    .filter((name) => typeof map[name] === "number" && Number(map[name]) < 0)
    .map((name) => invalid(`${path}.${name}`, map[name], "must be greater than or equal to 0"));
}

function selectorErrors(spec: Fields): FieldError[] {
  const selector = mapAt(spec, "selector") as LabelSelector | undefined;
  if (!selector) return [required("spec.selector")];
  if (isEmptySelector(selector))
    return [invalid("spec.selector", selector, "empty selector is invalid for deployment")];
  const labels = mapAt(mapAt(mapAt(spec, "template"), "metadata"), "labels") as Record<string, string> | undefined;
  return selects(selector, labels ?? {})
    ? []
    : [invalid("spec.template.metadata.labels", labels ?? {}, "`selector` does not match template `labels`")];
}

function restartErrors(spec: Fields, allowed: readonly string[]): FieldError[] {
  const policy = mapAt(mapAt(spec, "template"), "spec")?.restartPolicy;
  if (policy === undefined || allowed.includes(String(policy))) return [];
  return [notSupported("spec.template.spec.restartPolicy", policy, allowed)];
}
