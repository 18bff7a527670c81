import type { Shape } from "../apply/shape.ts";
import type { FieldsOf } from "../storage/entry.ts";
import type { Column } from "../table/column.ts";

/** A subresource as discovery tells of it. */
export type Subresource = {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Of the subresource's kind, where it differs from the resource's. */
  readonly group?: string;
  readonly version?: string;
};

/** One row of the table of resources: everything generic code has to know of a kind. */
export type ResourceType = {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Below the root of etcd's keys, as upstream lays it out; undefined for kinds that are not stored. */
  readonly storagePath: string | undefined;
  /** The apiVersion that is written to etcd. */
  readonly storageVersion: string;
  readonly fieldsOf: FieldsOf | undefined;
  /** The warning that goes with every answer about a resource that clients should leave (KEP-1693). */
  readonly deprecation?: string;
  /** Custom resources carry no built-in rules. */
  readonly custom: boolean;
  /** What kubectl prints of a custom resource. */
  readonly columns?: readonly Column[];
  /** Where a custom resource keeps what its scale subresource shows. */
  readonly scalePaths?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
  /** A custom resource's schema as its definition has it. */
  readonly openApiSchema?: object;
  /** How a custom resource merges, by its schema. */
  readonly shape?: Shape;
};

export const storedVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

type Options = Partial<
  Pick<ResourceType, "shortNames" | "categories" | "subresources" | "verbs" | "fieldsOf" | "deprecation">
> & {
  readonly storagePath?: string | undefined;
  readonly storageVersion?: string;
};

/** The rows of one group version: `kind("Pod", "pods", { ... })`. */
export function groupVersion(group: string, version: string) {
  const apiVersion = group ? `${group}/${version}` : version;
  const row =
    (namespaced: boolean) =>
    (kind: string, resource: string, options: Options = {}): ResourceType => ({
      group,
      version,
      kind,
      resource,
      singular: kind.toLowerCase(),
      listKind: `${kind}List`,
      namespaced,
      verbs: storedVerbs,
      shortNames: [],
      categories: [],
      subresources: [],
      storagePath: resource,
      storageVersion: apiVersion,
      fieldsOf: undefined,
      custom: false,
      ...options,
    });
  return { namespaced: row(true), cluster: row(false) };
}

export function status(kind: string): Subresource {
  return { name: "status", kind, verbs: ["get", "patch", "update"] };
}

export function scale(): Subresource {
  return { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] };
}

/** group/version as objects carry it; "v1" for the core group. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}
