import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { qosClass } from "../kinds/qos-class.ts";
import type { ResourceType } from "../resources/resource-type.ts";

type Requirement = { readonly scopeName?: string; readonly operator?: string; readonly values?: readonly string[] };
/** Which objects a quota is for. */
export type Scopes = {
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly Requirement[] };
};

/** Whether an object is within the scopes of a quota; only pods, and the class of claims, have scopes. */
export function inScopes(object: KubeObject, type: ResourceType, { scopes = [], scopeSelector }: Scopes): boolean {
  const named = scopes.map((scopeName): Requirement => ({ scopeName, operator: "Exists" }));
  const requirements = [...named, ...(scopeSelector?.matchExpressions ?? [])];
  if (requirements.length === 0) return true;
  const spec = mapAt(object as Fields, "spec") ?? {};
  if (type.group !== "") return false;
  if (type.resource === "persistentvolumeclaims")
    return requirements.every(
      (one) => one.scopeName === "VolumeAttributesClass" && meets(one, spec.volumeAttributesClassName),
    );
  return type.resource === "pods" && requirements.every((one) => podMeets(one, spec));
}

function podMeets(requirement: Requirement, spec: Fields): boolean {
  const isBestEffort = qosClass(spec) === "BestEffort";
  const isTerminating = spec.activeDeadlineSeconds !== undefined;
  switch (requirement.scopeName) {
    case "BestEffort":
      return isBestEffort;
    case "NotBestEffort":
      return !isBestEffort;
    case "Terminating":
      return isTerminating;
    case "NotTerminating":
      return !isTerminating;
    case "PriorityClass":
      return meets(requirement, spec.priorityClassName);
    case "CrossNamespacePodAffinity":
      return hasForeignAffinity(spec);
    default:
      return false;
  }
}

function meets({ operator, values = [] }: Requirement, value: unknown): boolean {
  const isSet = typeof value === "string" && value !== "";
  if (operator === "In") return isSet && values.includes(value);
  if (operator === "NotIn") return !isSet || !values.includes(value);
  return operator === "DoesNotExist" ? !isSet : isSet;
}

/** Terms of pod (anti-)affinity that look at other namespaces. */
function hasForeignAffinity(spec: Fields): boolean {
  const affinity = mapAt(spec, "affinity");
  return ["podAffinity", "podAntiAffinity"].some((kind) => {
    const rules = mapAt(affinity, kind);
    const terms = [
      ...listAt(rules, "requiredDuringSchedulingIgnoredDuringExecution"),
      ...listAt(rules, "preferredDuringSchedulingIgnoredDuringExecution").map((one) => mapAt(one, "podAffinityTerm")),
    ];
    return terms.some(
      (term) => term?.namespaceSelector || (Array.isArray(term?.namespaces) && term.namespaces.length > 0),
    );
  });
}
