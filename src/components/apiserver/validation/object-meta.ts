import type { KubeObject } from "../../../kube/object.ts";
import type { Strategy } from "../registry/strategy.ts";
import { type FieldError, forbiddenField, invalid, required, tooLong } from "./field-error.ts";
import { dnsLabel, dnsLabel1035, dnsSubdomain, labelValue, pathSegment, qualifiedName } from "./names.ts";

const nameChecks = {
  "dns-subdomain": dnsSubdomain,
  "dns-label": dnsLabel,
  "dns-label-1035": dnsLabel1035,
  "path-segment": pathSegment,
} as const;
const maxAnnotationBytes = 256 * 1024;

/** What holds for metadata of every kind. */
export function validateObjectMeta(object: KubeObject, form: Strategy["name"] = "dns-subdomain"): FieldError[] {
  const { name = "", labels, annotations, ownerReferences } = object.metadata;
  const check = nameChecks[form];
  return [
    ...(name === ""
      ? [required("metadata.name", "name or generateName is required")]
      : check(name).map((text) => invalid("metadata.name", name, text))),
    ...labelErrors(labels, "metadata.labels"),
    ...annotationErrors(annotations),
    ...(ownerReferences ?? []).flatMap((owner, index) => ownerErrors(owner, `metadata.ownerReferences[${index}]`)),
  ];
}

/** What an update may not change. */
export function validateObjectMetaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const fixed = ["name", "namespace", "uid", "creationTimestamp"] as const;
  const changed = fixed
    .filter((field) => object.metadata[field] !== old.metadata[field])
    .map((field) => invalid(`metadata.${field}`, object.metadata[field], "field is immutable"));
  const added = (object.metadata.finalizers ?? []).filter((one) => !old.metadata.finalizers?.includes(one));
  if (!old.metadata.deletionTimestamp || added.length === 0) return changed;
  return [
    ...changed,
    forbiddenField(
      "metadata.finalizers",
      `no new finalizers can be added if the object is being deleted, found new finalizers [${added.map((one) => JSON.stringify(one)).join(", ")}]`,
    ),
  ];
}

export function labelErrors(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedName(key).map((text) => invalid(path, key, text)),
    ...labelValue(String(value)).map((text) => invalid(path, value, text)),
  ]);
}

function annotationErrors(annotations: Record<string, string> | undefined): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  return [
    ...entries.flatMap(([key]) =>
      qualifiedName(key.toLowerCase()).map((text) => invalid("metadata.annotations", key, text)),
    ),
    ...(size > maxAnnotationBytes ? [tooLong("metadata.annotations", maxAnnotationBytes)] : []),
  ];
}

function ownerErrors(
  owner: { apiVersion?: string; kind?: string; name?: string; uid?: string },
  path: string,
): FieldError[] {
  const fields = ["apiVersion", "kind", "name", "uid"] as const;
  return fields
    .filter((field) => !owner[field])
    .map((field) =>
      field === "apiVersion"
        ? invalid(`${path}.apiVersion`, "", "version must not be empty")
        : invalid(`${path}.${field}`, "", "must not be empty"),
    );
}
