import { createHash } from "node:crypto";
import type { Catalog } from "../resources/catalog.ts";
import { apiVersionOf, type ResourceType, type Subresource } from "../resources/resource-type.ts";

/** Groups in the order in which clients resolve a bare kind, after the core group; all others follow by name. */
const order = [
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "resource.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

type Group = { readonly name: string; readonly versions: readonly string[] };

export function apiVersions(address: string): object {
  const serverAddressByClientCIDRs = [{ clientCIDR: "0.0.0.0/0", serverAddress: address }];
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs };
}

export function apiGroupList(catalog: Catalog): object {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(catalog).map(groupBody) };
}

export function apiGroup(catalog: Catalog, name: string): object | undefined {
  const group = groupsOf(catalog).find((one) => one.name === name);
  return group && { kind: "APIGroup", apiVersion: "v1", ...groupBody(group) };
}

export function apiResourceList(catalog: Catalog, group: string, version: string): object | undefined {
  const types = catalog.all().filter((one) => one.group === group && one.version === version);
  if (types.length === 0) return undefined;
  const resources = types.flatMap((type) => [
    resourceBody(type),
    ...type.subresources.map((one) => subresourceBody(type, one)),
  ]);
  const sorted = resources.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: sorted,
  };
}

/** KEP-3352: everything in one answer, the core group at /api and the named ones at /apis. */
export function aggregated(catalog: Catalog, root: "api" | "apis"): object {
  const names = root === "api" ? [{ name: "", versions: ["v1"] }] : groupsOf(catalog);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: names.map(({ name, versions }) => ({
      metadata: { ...(name && { name }), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        freshness: "Current",
        resources: catalog
          .all()
          .filter((one) => one.group === name && one.version === version)
          .sort((a, b) => (a.resource < b.resource ? -1 : 1))
          .map(discoveredResource),
      })),
    })),
  };
}

export function etagOf(body: string): string {
  return `"${createHash("sha512").update(body).digest("hex").toUpperCase()}"`;
}

function groupsOf(catalog: Catalog): Group[] {
  const versions = new Map<string, Set<string>>();
  for (const { group, version } of catalog.all()) {
    if (group === "") continue;
    versions.set(group, (versions.get(group) ?? new Set()).add(version));
  }
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...versions.entries()]
    .map(([name, set]) => ({ name, versions: [...set].sort(byVersion) }))
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

/** v2, v1, v1beta2, v1beta1, v1alpha1: stable before beta before alpha, newest first. */
function byVersion(a: string, b: string): number {
  const weight = (version: string) => {
    const [, major = "0", stage, minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    const stages: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };
    return [stage ? (stages[stage] ?? 0) : 2, Number(major), Number(minor)] as const;
  };
  const [left, right] = [weight(a), weight(b)];
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2] || (a < b ? -1 : 1);
}

function groupBody({ name, versions }: Group) {
  const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

function resourceBody(type: ResourceType) {
  return {
    name: type.resource,
    singularName: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && { shortNames: type.shortNames }),
    ...(type.categories.length > 0 && { categories: type.categories }),
    ...(type.storagePath && { storageVersionHash: hash(type) }),
  };
}

function subresourceBody(type: ResourceType, { name, kind, verbs, group, version }: Subresource) {
  return {
    name: `${type.resource}/${name}`,
    singularName: "",
    namespaced: type.namespaced,
    ...(group && { group, version }),
    kind,
    verbs,
  };
}

function hash({ group, kind, storageVersion }: ResourceType): string {
  const text = `${group}/${storageVersion.split("/").at(-1)}/${kind}`;
  return `${createHash("sha256").update(text).digest("base64").slice(0, 11)}=`;
}

function discoveredResource(type: ResourceType): object {
  const kindOf = (one: { group?: string; version?: string; kind: string }) => ({
    group: one.group ?? type.group,
    version: one.version ?? type.version,
    kind: one.kind,
  });
  return {
    resource: type.resource,
    responseKind: kindOf({ kind: type.kind }),
    scope: type.namespaced ? "Namespaced" : "Cluster",
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && { shortNames: type.shortNames }),
    ...(type.categories.length > 0 && { categories: type.categories }),
    ...(type.subresources.length > 0 && {
      subresources: type.subresources.map((one) => ({
        subresource: one.name,
        responseKind: kindOf(one),
        verbs: one.verbs,
      })),
    }),
  };
}
