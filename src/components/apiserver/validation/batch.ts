import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import { enumError } from "./container.ts";
import { type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { validatePodTemplate } from "./pod.ts";
import { notNegative } from "./workloads.ts";

const immutable = "field is immutable";
const specOf = (object: KubeObject): Fields => mapAt(object as Fields, "spec") ?? {};

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
    ...(/TZ/.test(text)
      ? [invalid("spec.schedule", text, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")]
      : []),
    ...zoneErrors(spec.timeZone),
    ...(String(cronJob.metadata.name ?? "").length > longestName
      ? [invalid("metadata.name", cronJob.metadata.name, `must be no more than ${longestName} characters`)]
      : []),
    ...enumError("spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]),
    ...notNegative(spec, "spec", ["successfulJobsHistoryLimit", "failedJobsHistoryLimit", "startingDeadlineSeconds"]),
    ...jobSpecErrors(jobSpec, "spec.jobTemplate.spec"),
  ];
}

/** A job's name is its cron job's and 11 characters more. */
const longestName = 52;

function zoneErrors(zone: unknown): FieldError[] {
  const path = "spec.timeZone";
  if (zone === undefined || zone === null) return [];
  const name = String(zone);
  if (name === "") return [invalid(path, zone, "timeZone must be nil or non-empty string")];
  if (name.toLowerCase() === "local")
    return [
      invalid(path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
    ];
  return isZone(name) ? [] : [invalid(path, zone, `unknown time zone ${name}`)];
}

/** Offsets such as "+02:00" are no names of zones. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
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
