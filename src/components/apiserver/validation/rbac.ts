import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { type FieldError, invalid, notSupported, required } from "./field-error.ts";

export function validateRole(role: KubeObject): FieldError[] {
  const isNamespaced = role.kind === "Role";
  return listAt(role as Fields, "rules").flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`, isNamespaced));
}

function ruleErrors(rule: Fields, path: string, isNamespaced: boolean): FieldError[] {
  const has = (field: string) => Array.isArray(rule[field]) && (rule[field] as unknown[]).length > 0;
  if (!has("verbs")) return [required(`${path}.verbs`, "verbs must contain at least one value")];
  if (has("nonResourceURLs")) {
    if (isNamespaced)
      return [
        invalid(`${path}.nonResourceURLs`, rule.nonResourceURLs, "namespaced rules cannot apply to non-resource URLs"),
      ];
    if (has("apiGroups") || has("resources")) {
      return [
        invalid(
          `${path}.nonResourceURLs`,
          rule.nonResourceURLs,
          "rules cannot apply to both regular resources and non-resource URLs",
        ),
      ];
    }
    return [];
  }
  return [
    ...(has("apiGroups") ? [] : [required(`${path}.apiGroups`, "resource rules must supply at least one api group")]),
    ...(has("resources") ? [] : [required(`${path}.resources`, "resource rules must supply at least one resource")]),
  ];
}

export function validateBinding(binding: KubeObject): FieldError[] {
  const ref = mapAt(binding as Fields, "roleRef") ?? {};
  const kinds = binding.kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
  return [
    ...(ref.apiGroup === "rbac.authorization.k8s.io"
      ? []
      : [notSupported("roleRef.apiGroup", ref.apiGroup, ["rbac.authorization.k8s.io"])]),
    ...(kinds.includes(String(ref.kind)) ? [] : [notSupported("roleRef.kind", ref.kind, kinds)]),
    ...(ref.name ? [] : [required("roleRef.name")]),
    ...listAt(binding as Fields, "subjects").flatMap((subject, index) =>
      subjectErrors(subject, `subjects[${index}]`, binding.kind),
    ),
  ];
}

function subjectErrors(subject: Fields, path: string, kind: string): FieldError[] {
  const kinds = ["ServiceAccount", "User", "Group"];
  return [
    ...(subject.name ? [] : [required(`${path}.name`)]),
    ...(kinds.includes(String(subject.kind)) ? [] : [notSupported(`${path}.kind`, subject.kind, kinds)]),
    ...(subject.kind === "ServiceAccount" && !subject.namespace && kind === "ClusterRoleBinding"
      ? [required(`${path}.namespace`)]
      : []),
  ];
}

/** What a binding grants never changes: another role takes another binding. */
export function validateBindingUpdate(binding: KubeObject, old: KubeObject): FieldError[] {
  return isDeepStrictEqual(binding.roleRef, old.roleRef)
    ? []
    : [invalid("roleRef", binding.roleRef, "cannot change roleRef")];
}
