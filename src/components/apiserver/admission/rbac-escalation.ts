import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { groups } from "../authn/user.ts";
import { ruleText, uncovered } from "../authz/rbac/covers.ts";
import type { RoleRef } from "../authz/rbac/rbac.ts";
import type { PolicyRule } from "../authz/rbac/rule.ts";
import { forbidden, notFound } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import type { AdmissionParts } from "./parts.ts";

const group = "rbac.authorization.k8s.io";
const roles = ["roles", "clusterroles"];
const bindings = ["rolebindings", "clusterrolebindings"];

/** Nobody grants what he does not have, unless he may "escalate" roles, or "bind" the role. */
export function rbacEscalation(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "RBACEscalation",
    async validate(attributes) {
      const { type, operation, object, user } = attributes;
      if (type.group !== group || operation === "DELETE" || !object || user.groups.includes(groups.masters)) return;
      if (roles.includes(type.resource)) await checkRole(parts, attributes, object);
      else if (bindings.includes(type.resource)) await checkBinding(parts, attributes, object);
    },
  };
}

async function checkRole(parts: AdmissionParts, attributes: Attributes, role: KubeObject): Promise<void> {
  const { old, type, name } = attributes;
  if (old && isDeepStrictEqual(old.rules, role.rules) && isDeepStrictEqual(old.aggregationRule, role.aggregationRule))
    return;
  if (await may(parts, attributes, { verb: "escalate", resource: type.resource, name })) return;
  const wanted = (role.rules ?? []) as PolicyRule[];
  const everything: PolicyRule[] = [
    { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { verbs: ["*"], nonResourceURLs: ["*"] },
  ];
  refuseUncovered(parts, attributes, role.aggregationRule ? everything : wanted);
}

async function checkBinding(parts: AdmissionParts, attributes: Attributes, binding: KubeObject): Promise<void> {
  const { old, namespace } = attributes;
  if (old && isDeepStrictEqual(old.subjects, binding.subjects) && isDeepStrictEqual(old.roleRef, binding.roleRef))
    return;
  const ref = binding.roleRef as RoleRef;
  const resource = ref.kind === "ClusterRole" ? "clusterroles" : "roles";
  if (await may(parts, attributes, { verb: "bind", resource, name: ref.name })) return;
  const rules = parts.rbac.rulesOfRole(ref, namespace);
  // Else whoever makes that role later would hand its rules to the subjects unasked.
  if (!rules) throw notFound({ group, resource, name: ref.name });
  refuseUncovered(parts, attributes, rules);
}

async function may(
  { authorizer }: AdmissionParts,
  { user, namespace }: Attributes,
  { verb, resource, name }: { verb: string; resource: string; name: string },
): Promise<boolean> {
  const info = {
    kind: "resource",
    path: "",
    verb,
    group,
    version: "*",
    namespace,
    resource,
    subresource: "",
    name,
    rest: [],
  } as const;
  return (await authorizer.authorize(user, info)).allowed;
}

function refuseUncovered({ rbac }: AdmissionParts, attributes: Attributes, wanted: readonly PolicyRule[]): void {
  const { user, namespace, type, name } = attributes;
  const missing = uncovered(rbac.rulesFor(user, namespace), wanted);
  if (missing.length === 0) return;
  const list = missing.map(ruleText).join("\n");
  throw forbidden(
    { group, resource: type.resource, name },
    `user ${JSON.stringify(user.name)} (groups=${JSON.stringify(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${list}`,
  );
}
