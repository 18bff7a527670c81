import { isDeepStrictEqual } from "node:util";
import { isEmptySelector, type LabelSelector, selects, selectsLabels } from "../../../kube/label-selector.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { amountOrShare, isNothing } from "./amount-or-share.ts";
import { enumError } from "./container.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";
import { labelSelector } from "./label-selector.ts";
import { dnsLabel } from "./names.ts";
import { validatePodTemplate } from "./pod.ts";
import { fields, form } from "./rules.ts";

const immutable = "field is immutable";
const specOf = (object: KubeObject): Fields => mapAt(object as Fields, "spec") ?? {};

/** What Deployments, ReplicaSets, StatefulSets and DaemonSets have in common. */
export function validateWorkload(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  return [
    ...notNegative(spec, "spec", ["replicas", "minReadySeconds", "revisionHistoryLimit"]),
    ...selectorErrors(spec, object.kind),
    ...validatePodTemplate(mapAt(spec, "template"), "spec.template"),
    ...restartErrors(spec, ["Always"]),
    ...deadlineErrors(spec, object.kind),
  ];
}

export function validateDeployment(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const strategy = mapAt(spec, "strategy");
  const deadline = Number(spec.progressDeadlineSeconds ?? 600);
  return [
    ...validateWorkload(object),
    ...enumError("spec.strategy.type", strategy?.type, ["Recreate", "RollingUpdate"]),
    ...(strategy?.type === "Recreate" && strategy.rollingUpdate
      ? [forbiddenField("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")]
      : []),
    ...(strategy?.type === "RollingUpdate" ? rollingErrors(mapAt(strategy, "rollingUpdate") ?? {}) : []),
    ...notNegative(spec, "spec", ["progressDeadlineSeconds"]),
    ...(deadline <= Number(spec.minReadySeconds ?? 0)
      ? [invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")]
      : []),
  ];
}

function rollingErrors(rolling: Fields): readonly FieldError[] {
  const path = "spec.strategy.rollingUpdate";
  const isStuck = isNothing(rolling.maxUnavailable) && isNothing(rolling.maxSurge);
  return [
    ...fields({ maxUnavailable: amountOrShare(), maxSurge: amountOrShare({ isBounded: false }) })(rolling, path),
    ...(isStuck
      ? [invalid(`${path}.maxUnavailable`, rolling.maxUnavailable, "may not be 0 when `maxSurge` is 0")]
      : []),
  ];
}

export function validateDaemonSet(object: KubeObject): FieldError[] {
  const strategy = mapAt(specOf(object), "updateStrategy") ?? {};
  const rolling = mapAt(strategy, "rollingUpdate") ?? {};
  const path = "spec.updateStrategy.rollingUpdate";
  const [takes, surges] = [!isNothing(rolling.maxUnavailable), !isNothing(rolling.maxSurge)];
  return [
    ...validateWorkload(object),
    ...(strategy.type === "RollingUpdate" || strategy.type === "OnDelete"
      ? []
      : [notSupported("spec.updateStrategy", strategy, ["RollingUpdate", "OnDelete"])]),
    ...(strategy.type === "RollingUpdate"
      ? fields({ maxUnavailable: amountOrShare(), maxSurge: amountOrShare() })(rolling, path)
      : []),
    ...(strategy.type === "RollingUpdate" && takes && surges
      ? [invalid(`${path}.maxSurge`, rolling.maxSurge, "may not be set when maxUnavailable is non-zero")]
      : []),
    ...(strategy.type === "RollingUpdate" && !takes && !surges
      ? [required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0")]
      : []),
  ];
}

export function validateStatefulSet(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const strategy = mapAt(spec, "updateStrategy") ?? {};
  const policy = spec.podManagementPolicy;
  // Volumes of claims are added by the controller: mounts of them are fine.
  const claims = listAt(spec, "volumeClaimTemplates").map((claim) => ({
    name: mapAt(claim, "metadata")?.name,
    emptyDir: {},
  }));
  return [
    ...validateWorkload(withVolumes(object, claims)),
    ...(policy === undefined || policy === "OrderedReady" || policy === "Parallel"
      ? []
      : [invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...(strategy.type === undefined || strategy.type === "RollingUpdate" || strategy.type === "OnDelete"
      ? []
      : [invalid("spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'")]),
    ...(strategy.type === "OnDelete" && strategy.rollingUpdate
      ? [
          invalid(
            "spec.updateStrategy.rollingUpdate",
            strategy.rollingUpdate,
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        ]
      : []),
    ...notNegative(mapAt(strategy, "rollingUpdate") ?? {}, "spec.updateStrategy.rollingUpdate", ["partition"]),
    ...fields({ serviceName: form(dnsLabel) })(spec, "spec"),
  ];
}

function withVolumes(object: KubeObject, claims: readonly Fields[]): KubeObject {
  const spec = specOf(object);
  const template = mapAt(spec, "template");
  const podSpec = mapAt(template, "spec");
  if (claims.length === 0 || !podSpec) return object;
  const own = listAt(podSpec, "volumes").filter(({ name }) => !claims.some((claim) => claim.name === name));
  const pods = { ...template, spec: { ...podSpec, volumes: [...own, ...claims] } };
  return { ...object, spec: { ...spec, template: pods } };
}

export function validateReplicationController(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const selector = (mapAt(spec, "selector") ?? {}) as Record<string, string>;
  const template = mapAt(spec, "template");
  const labels = (mapAt(mapAt(template, "metadata"), "labels") ?? {}) as Record<string, string>;
  const isEmpty = Object.keys(selector).length === 0;
  return [
    ...notNegative(spec, "spec", ["replicas", "minReadySeconds"]),
    ...(isEmpty ? [required("spec.selector")] : []),
    ...(isEmpty || selectsLabels(selector, labels)
      ? []
      : [invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")]),
    ...(template ? validatePodTemplate(template, "spec.template") : [required("spec.template")]),
    ...restartErrors(spec, ["Always"]),
    ...deadlineErrors(spec, "ReplicationController"),
  ];
}

function deadlineErrors(spec: Fields, kind: string): FieldError[] {
  const deadline = mapAt(mapAt(spec, "template"), "spec")?.activeDeadlineSeconds;
  return deadline === undefined
    ? []
    : [forbiddenField("spec.template.spec.activeDeadlineSeconds", `activeDeadlineSeconds in ${kind} is not Supported`)];
}

/** A controller's selector never changes. */
export function validateSelectorUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [specOf(object).selector, specOf(old).selector];
  return isDeepStrictEqual(now, before) ? [] : [invalid("spec.selector", now, immutable)];
}

const statefulSetFree = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export function validateStatefulSetUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const rest = (spec: Fields) =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => !statefulSetFree.includes(key)));
  if (isDeepStrictEqual(rest(specOf(object)), rest(specOf(old)))) return [];
  return [
    forbiddenField(
      "spec",
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ),
  ];
}

export function notNegative(map: Fields, path: string, fields: readonly string[]): FieldError[] {
  return fields
    .filter((name) => typeof map[name] === "number" && Number(map[name]) < 0)
    .map((name) => invalid(`${path}.${name}`, map[name], "must be greater than or equal to 0"));
}

function selectorErrors(spec: Fields, kind: string): FieldError[] {
  const selector = mapAt(spec, "selector") as LabelSelector | undefined;
  if (!selector) return [required("spec.selector")];
  if (isEmptySelector(selector))
    return [invalid("spec.selector", selector, `empty selector is invalid for ${kind.toLowerCase()}`)];
  const problems = labelSelector(selector, "spec.selector");
  if (problems.length > 0) return [...problems];
  const labels = mapAt(mapAt(mapAt(spec, "template"), "metadata"), "labels") as Record<string, string> | undefined;
  return selects(selector, labels ?? {})
    ? []
    : [invalid("spec.template.metadata.labels", labels ?? {}, "`selector` does not match template `labels`")];
}

function restartErrors(spec: Fields, allowed: readonly string[]): FieldError[] {
  const policy = mapAt(mapAt(spec, "template"), "spec")?.restartPolicy;
  if (policy === undefined || allowed.includes(String(policy))) return [];
  return [notSupported("spec.template.spec.restartPolicy", policy, allowed)];
}
