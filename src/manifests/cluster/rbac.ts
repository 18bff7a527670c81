import type { KubeObject } from "../../kube/object.ts";

export type Subject = {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
};
export type PolicyRule = {
  readonly apiGroups: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;

export function group(name: string): Subject {
  return { apiGroup, kind: "Group", name };
}

export function user(name: string): Subject {
  return { apiGroup, kind: "User", name };
}

export function serviceAccountSubject(name: string, namespace = "kube-system"): Subject {
  return { kind: "ServiceAccount", name, namespace };
}

/** A Role that allows reading one named object, and the RoleBinding of the same name. */
export function readOne(
  name: string,
  { namespace, resource, object }: { namespace: string; resource: string; object: string },
  subjects: readonly Subject[],
): readonly KubeObject[] {
  const rules = [{ apiGroups: [""], resourceNames: [object], resources: [resource], verbs: ["get"] }];
  return [
    { apiVersion, kind: "Role", metadata: { name, namespace }, rules },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name, namespace },
      roleRef: { apiGroup, kind: "Role", name },
      subjects,
    },
  ];
}

export function clusterRole(name: string, rules: readonly PolicyRule[]): KubeObject {
  return { apiVersion, kind: "ClusterRole", metadata: { name }, rules };
}

export function clusterRoleBinding(name: string, role: string, subjects: readonly Subject[]): KubeObject {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name: role },
    subjects,
  };
}

export function serviceAccount(name: string, namespace = "kube-system"): KubeObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}
