import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { milliValue } from "../../../kube/quantity.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import { quantityErrors } from "./container.ts";
import { type FieldError, invalid, required } from "./field-error.ts";
import { qualifiedName } from "./names.ts";
import { fields, ofSpec, type Rule } from "./rules.ts";

const compute = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const counted = `pods resourcequotas services replicationcontrollers secrets persistentvolumeclaims configmaps
  services.nodeports services.loadbalancers`.split(/\s+/);
const standard = [
  ...compute,
  ...counted,
  "ephemeral-storage",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.ephemeral-storage",
];
/** Which of the standard resources a scope can be for. */
const scopes: Readonly<Record<string, readonly string[]>> = {
  BestEffort: ["pods"],
  NotBestEffort: ["pods", ...compute],
  Terminating: ["pods", ...compute],
  NotTerminating: ["pods", ...compute],
  PriorityClass: ["pods", ...compute],
  CrossNamespacePodAffinity: ["pods", ...compute],
  VolumeAttributesClass: ["persistentvolumeclaims", "requests.storage"],
};
const existing = ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
const contradictions = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];

const hard: Rule = (value, path) =>
  Object.entries((value ?? {}) as Fields).flatMap(([name, amount]) => {
    const at = `${path}[${name}]`;
    const problems = quantityErrors(amount, at);
    const isBroken = counted.includes(name) && problems.length === 0 && milliValue(String(amount)) % 1000 !== 0;
    return [
      ...qualifiedName(name).map((text) => invalid(at, name, text)),
      ...(!name.includes("/") && !standard.includes(name)
        ? [invalid(at, name, "must be a standard resource for quota")]
        : []),
      ...problems,
      ...(isBroken ? [invalid(at, amount, "must be an integer")] : []),
    ];
  });

function scopeErrors(names: readonly string[], limited: readonly string[], path: string): FieldError[] {
  const isFor = (scope: string, resource: string) => scopes[scope]?.includes(resource) ?? true;
  return [
    ...names.flatMap((name) => [
      ...(scopes[name] ? [] : [invalid(path, names, "unsupported scope")]),
      ...limited
        .filter((resource) => standard.includes(resource) && !isFor(name, resource))
        .map(() => invalid(path, names, "unsupported scope applied to resource")),
    ]),
    ...contradictions
      .filter((pair) => pair.every((one) => names.includes(one)))
      .map(() => invalid(path, names, "conflicting scopes")),
  ];
}

type Expression = { scopeName?: string; operator?: string; values?: string[] };

function expressionErrors({ scopeName = "", operator = "", values = [] }: Expression, path: string): FieldError[] {
  const needsValues = operator === "In" || operator === "NotIn";
  return [
    ...(existing.includes(scopeName) && operator !== "Exists"
      ? [
          invalid(
            `${path}.operator`,
            operator,
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        ]
      : []),
    ...(needsValues && values.length === 0
      ? [required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
      : []),
    ...((operator === "Exists" || operator === "DoesNotExist") && values.length > 0
      ? [
          invalid(
            `${path}.values`,
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        ]
      : []),
    ...(["In", "NotIn", "Exists", "DoesNotExist"].includes(operator)
      ? []
      : [invalid(`${path}.operator`, operator, "not a valid selector operator")]),
  ];
}

/** A ResourceQuota. */
export const validateQuota = ofSpec((value, path) => {
  const spec = value as Fields;
  const limited = Object.keys(mapAt(spec, "hard") ?? {});
  const expressions = (mapAt(spec, "scopeSelector")?.matchExpressions ?? []) as Expression[];
  const at = `${path}.scopeSelector.matchExpressions`;
  return [
    ...fields({ hard })(spec, path),
    ...scopeErrors((spec.scopes ?? []) as string[], limited, `${path}.scopes`),
    ...scopeErrors(
      expressions.map((one) => one.scopeName ?? ""),
      limited,
      at,
    ),
    ...expressions.flatMap((one) => expressionErrors(one, at)),
  ];
});

export function validateQuotaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map((one) => (mapAt(one as Fields, "spec")?.scopes ?? []) as string[]);
  return isDeepStrictEqual(now?.toSorted(), before?.toSorted())
    ? []
    : [invalid("spec.scopes", now, "field is immutable")];
}
