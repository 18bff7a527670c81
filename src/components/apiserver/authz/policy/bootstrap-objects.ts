import type { KubeObject } from "../../../../kube/object.ts";
import { aggregatedRoles, clusterRoleBindings, namespacedRoles } from "./bindings.ts";
import { controllerRoles } from "./controller-roles.ts";
import { systemRoles } from "./system-roles.ts";
import { userRoles } from "./user-roles.ts";

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;
const aggregateTo = (role: string) => `${apiGroup}/aggregate-to-${role}`;
const aggregatePrefix = "system:aggregate-to-";

type Rule = {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
};

/** Every role and binding that the API server sees to at start. */
export function bootstrapPolicy(): KubeObject[] {
  const plain = { ...systemRoles, ...userRoles };
  return [
    ...Object.entries(plain).map(([name, rules]) => clusterRole(name, rules)),
    ...Object.entries(controllerRoles).map(([name, rules]) => clusterRole(`system:controller:${name}`, rules)),
    ...Object.keys(aggregatedRoles).map(aggregated),
    ...Object.entries(clusterRoleBindings).map(([name, subjects]) => clusterBinding(name, subjects)),
    ...Object.keys(controllerRoles).map((name) =>
      clusterBinding(`system:controller:${name}`, [`ServiceAccount:kube-system/${name}`]),
    ),
    ...namespacedRoles.flatMap(roleAndBinding),
  ];
}

/** What the Node authorizer grants apart from the objects of a node's own pods. */
export function nodeRules(): Rule[] {
  return (systemRoles["system:node"] ?? []).map(parseRule);
}

function clusterRole(name: string, rules: readonly string[]): KubeObject {
  const part = name.startsWith(aggregatePrefix) ? name.slice(aggregatePrefix.length) : undefined;
  const labels = part ? { [aggregateTo(part)]: "true" } : {};
  return { apiVersion, kind: "ClusterRole", metadata: metadata(name, { labels }), rules: rules.map(parseRule) };
}

function aggregated(name: string): KubeObject {
  const { gathers, isPartOf } = aggregatedRoles[name] ?? { gathers: name };
  return {
    apiVersion,
    kind: "ClusterRole",
    metadata: metadata(name, { labels: isPartOf ? { [aggregateTo(isPartOf)]: "true" } : {} }),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregateTo(gathers)]: "true" } }] },
    rules: gathered(gathers),
  };
}

/** The rules before the controller manager first looks, so that the roles are of use from the start. */
function gathered(role: string): Rule[] {
  const below = Object.entries(aggregatedRoles).filter(([, { isPartOf }]) => isPartOf === role);
  return [
    ...(userRoles[`${aggregatePrefix}${role}`] ?? []).map(parseRule),
    ...below.flatMap(([, { gathers }]) => gathered(gathers)),
  ];
}

function clusterBinding(name: string, subjects: readonly string[]): KubeObject {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: metadata(name),
    roleRef: { apiGroup, kind: "ClusterRole", name },
    ...(subjects.length > 0 && { subjects: subjects.map(parseSubject) }),
  };
}

function roleAndBinding({ namespace, name, rules, binding, subjects }: (typeof namespacedRoles)[number]): KubeObject[] {
  return [
    { apiVersion, kind: "Role", metadata: metadata(name, { namespace }), rules: rules.map(parseRule) },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: metadata(binding ?? name, { namespace }),
      roleRef: { apiGroup, kind: "Role", name },
      subjects: subjects.map(parseSubject),
    },
  ];
}

function metadata(
  name: string,
  more: { labels?: Record<string, string>; namespace?: string } = {},
): KubeObject["metadata"] {
  return {
    name,
    ...(more.namespace && { namespace: more.namespace }),
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...more.labels },
  };
}

export function parseRule(text: string): Rule {
  const [verbs = [], first = [], resources, names] = text.split(";").map((part) => part.trim().split(" "));
  if (!resources) return { nonResourceURLs: first, verbs };
  return {
    apiGroups: first.map((group) => (group === "-" ? "" : group)),
    ...(names && { resourceNames: names }),
    resources,
    verbs,
  };
}

function parseSubject(text: string): object {
  const at = text.indexOf(":");
  const kind = text.slice(0, at);
  const rest = text.slice(at + 1);
  if (kind !== "ServiceAccount") return { apiGroup, kind, name: rest };
  const [namespace, name] = rest.split("/");
  return { kind, name, namespace };
}
