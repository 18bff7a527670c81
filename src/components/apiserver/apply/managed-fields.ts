import type { KubeObject } from "../../../kube/object.ts";
import { type FieldSet, fromFieldsV1, isEmpty, toFieldsV1, without } from "./field-set.ts";

/** Who set which fields: one entry of metadata.managedFields. */
export type Managed = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
};

/** Paths that nobody owns: identity, and what the server sets. */
const unowned = [
  ["f:apiVersion"],
  ["f:kind"],
  ...[
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "selfLink",
    "managedFields",
  ].map((field) => ["f:metadata", `f:${field}`]),
  ["f:metadata", "f:deletionTimestamp"],
  ["f:metadata", "f:deletionGracePeriodSeconds"],
];

export function ownable(set: FieldSet): FieldSet {
  return without(set, unowned);
}

type Entry = {
  readonly manager?: string;
  readonly operation?: "Apply" | "Update";
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: unknown;
};

export function managedOf({ metadata }: KubeObject): Managed[] {
  return ((metadata.managedFields ?? []) as Entry[]).map((entry) => ({
    manager: entry.manager ?? "",
    operation: entry.operation ?? "Update",
    apiVersion: entry.apiVersion ?? "",
    subresource: entry.subresource ?? "",
    time: entry.time ?? "",
    fields: fromFieldsV1(entry.fieldsV1),
  }));
}

const maxUpdaters = 10;

/** Writes the entries into the object, oldest first, those of appliers in front; empty ones are dropped. */
export function setManaged(object: KubeObject, managed: readonly Managed[]): void {
  const kept = managed.filter(({ fields }) => !isEmpty(fields)).sort(byAge);
  const updaters = kept.filter(({ operation }) => operation === "Update").length;
  const surplus = Math.max(0, updaters - maxUpdaters);
  const entries = kept.filter(({ operation }, index) => operation === "Apply" || updaterIndex(kept, index) >= surplus);
  if (entries.length === 0) delete object.metadata.managedFields;
  else object.metadata.managedFields = entries.map(entryOf);
}

function updaterIndex(list: readonly Managed[], index: number): number {
  return list.slice(0, index).filter(({ operation }) => operation === "Update").length;
}

function byAge(a: Managed, b: Managed): number {
  if (a.operation !== b.operation) return a.operation === "Apply" ? -1 : 1;
  return a.time < b.time ? -1 : a.time > b.time ? 1 : a.manager < b.manager ? -1 : 1;
}

function entryOf({ manager, operation, apiVersion, subresource, time, fields }: Managed): Entry {
  return {
    manager,
    operation,
    apiVersion,
    time,
    ...{ fieldsType: "FieldsV1", fieldsV1: toFieldsV1(fields) },
    ...(subresource && { subresource }),
  };
}
