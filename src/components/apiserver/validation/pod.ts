import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { enumError, validateContainers } from "./container.ts";
import { duplicate, type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { handlerErrors, noHandlers, noHandlersInEphemeral } from "./handlers.ts";
import { dnsLabel, dnsSubdomain } from "./names.ts";
import { labelErrors } from "./object-meta.ts";

const restartPolicies = ["Always", "OnFailure", "Never"];
const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validatePod(pod: KubeObject): FieldError[] {
  return validatePodSpec(mapAt(pod as Fields, "spec") ?? {}, "spec");
}

/** A pod's spec, at the path where it stands. */
export function validatePodSpec(spec: Fields, path: string): FieldError[] {
  const volumes = listAt(spec, "volumes");
  const names = new Set(volumes.map((one) => String(one.name)));
  const containers = listAt(spec, "containers");
  const inits = listAt(spec, "initContainers");
  const graceSeconds = Number(spec.terminationGracePeriodSeconds ?? 30);
  return [
    ...volumeErrors(volumes, `${path}.volumes`),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...validateContainers(containers, `${path}.containers`, names),
    ...validateContainers(inits, `${path}.initContainers`, names),
    ...handlersErrors(containers, `${path}.containers`, graceSeconds),
    ...inits.flatMap((init, index) => initHandlerErrors(init, `${path}.initContainers[${index}]`, graceSeconds)),
    ...noHandlersInEphemeral(spec.ephemeralContainers, `${path}.ephemeralContainers`),
    ...duplicateNames([...containers], `${path}.containers`),
    ...duplicateNames([...containers, ...inits], `${path}.initContainers`).filter(() => inits.length > 0),
    ...enumError(`${path}.restartPolicy`, spec.restartPolicy, restartPolicies),
    ...enumError(`${path}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    ...labelErrors(mapAt(spec, "nodeSelector") as Record<string, string> | undefined, `${path}.nodeSelector`),
    ...(spec.serviceAccountName
      ? dnsSubdomain(String(spec.serviceAccountName)).map((text) =>
          invalid(`${path}.serviceAccountName`, spec.serviceAccountName, text),
        )
      : []),
    ...(spec.hostname
      ? dnsLabel(String(spec.hostname)).map((text) => invalid(`${path}.hostname`, spec.hostname, text))
      : []),
    ...(Number(spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          invalid(
            `${path}.terminationGracePeriodSeconds`,
            spec.terminationGracePeriodSeconds,
            "must be greater than or equal to 0",
          ),
        ]
      : []),
    ...(spec.activeDeadlineSeconds !== undefined && Number(spec.activeDeadlineSeconds) < 1
      ? [
          invalid(
            `${path}.activeDeadlineSeconds`,
            spec.activeDeadlineSeconds,
            "must be between 1 and 2147483647, inclusive",
          ),
        ]
      : []),
    ...listAt(spec, "tolerations").flatMap((one, index) => tolerationErrors(one, `${path}.tolerations[${index}]`)),
  ];
}

function handlersErrors(containers: readonly Fields[], path: string, graceSeconds: number): readonly FieldError[] {
  return containers.flatMap((one, index) => handlerErrors(one, `${path}[${index}]`, graceSeconds));
}

/** Only init containers that go on beside the others (KEP-753) have probes and hooks. */
function initHandlerErrors(init: Fields, path: string, graceSeconds: number): readonly FieldError[] {
  return init.restartPolicy === "Always" ? handlerErrors(init, path, graceSeconds) : noHandlers(init, path);
}

/** Where --allow-privileged is off. */
export function privilegedErrors(pod: KubeObject): FieldError[] {
  const spec = mapAt(pod as Fields, "spec");
  return ["initContainers", "containers"].flatMap((list) =>
    listAt(spec, list).flatMap((container, index) =>
      mapAt(container, "securityContext")?.privileged === true
        ? [forbiddenField(`spec.${list}[${index}].securityContext.privileged`, "disallowed by cluster policy")]
        : [],
    ),
  );
}

/** The pods of a template: its labels and its spec. */
export function validatePodTemplate(template: Fields | undefined, path: string): FieldError[] {
  const spec = mapAt(template, "spec");
  const labels = mapAt(mapAt(template, "metadata"), "labels") as Record<string, string> | undefined;
  return [...labelErrors(labels, `${path}.metadata.labels`), ...validatePodSpec(spec ?? {}, `${path}.spec`)];
}

function duplicateNames(list: readonly Fields[], path: string): FieldError[] {
  const seen = new Set<unknown>();
  return list.flatMap(({ name }, index) => {
    if (seen.has(name)) return [duplicate(`${path}[${index}].name`, name)];
    seen.add(name);
    return [];
  });
}

function volumeErrors(volumes: readonly Fields[], path: string): FieldError[] {
  return [
    ...volumes.flatMap((volume, index) => {
      const name = String(volume.name ?? "");
      const at = `${path}[${index}]`;
      const sources = Object.keys(volume).filter((key) => key !== "name" && volume[key] !== undefined);
      return [
        ...(name ? dnsLabel(name).map((text) => invalid(`${at}.name`, name, text)) : [required(`${at}.name`)]),
        ...sources
          .slice(1)
          .map((source) => forbiddenField(`${at}.${source}`, "may not specify more than 1 volume type")),
        ...sourceErrors(volume, at),
      ];
    }),
    ...duplicateNames(volumes, path),
  ];
}

function sourceErrors(volume: Fields, path: string): FieldError[] {
  const needed: readonly (readonly [source: string, field: string])[] = [
    ["secret", "secretName"],
    ["configMap", "name"],
    ["hostPath", "path"],
    ["persistentVolumeClaim", "claimName"],
    ["nfs", "server"],
    ["csi", "driver"],
  ];
  return needed.flatMap(([source, field]) => {
    const map = mapAt(volume, source);
    return map && !map[field] ? [required(`${path}.${source}.${field}`)] : [];
  });
}

function tolerationErrors(toleration: Fields, path: string): FieldError[] {
  const { operator = "Equal", key, value, effect, tolerationSeconds } = toleration;
  return [
    ...(!key && operator !== "Exists"
      ? [
          invalid(
            `${path}.operator`,
            operator,
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(operator === "Exists" && value
      ? [invalid(`${path}.operator`, toleration, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...(tolerationSeconds !== undefined && effect !== "NoExecute"
      ? [invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...enumError(`${path}.operator`, operator, ["Equal", "Exists", "Lt", "Gt"]),
    ...enumError(`${path}.effect`, effect, effects),
  ];
}

const immutableSentence =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** Of a pod's spec little may change once it is there. */
export function validatePodUpdate(pod: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [mapAt(pod as Fields, "spec") ?? {}, mapAt(old as Fields, "spec") ?? {}];
  const removed = listAt(before, "tolerations").some(
    (one) => !listAt(now, "tolerations").some((other) => isDeepStrictEqual(one, other)),
  );
  const gates = listAt(now, "schedulingGates").map((one) => one.name);
  const added = gates.some((gate) => !listAt(before, "schedulingGates").some((one) => one.name === gate));
  const isGated = listAt(before, "schedulingGates").length > 0;
  return [
    ...(isDeepStrictEqual(fixed(now, isGated), fixed(before, isGated))
      ? []
      : [forbiddenField("spec", immutableSentence)]),
    ...(removed
      ? [forbiddenField("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]
      : []),
    ...(added
      ? [forbiddenField("spec.schedulingGates", "only deletion is allowed, but found new scheduling gate")]
      : []),
  ];
}

/** What must stay as it is; a gated pod's placement may still be narrowed. */
function fixed(spec: Fields, isGated: boolean): Fields {
  const {
    tolerations: _t,
    activeDeadlineSeconds: _d,
    schedulingGates: _g,
    terminationGracePeriodSeconds: _s,
    ...rest
  } = spec;
  const withoutImages = (list: readonly Fields[]) => list.map(({ image: _image, ...one }) => one);
  const free = isGated ? { nodeSelector: undefined, affinity: undefined } : {};
  return {
    ...rest,
    ...free,
    containers: withoutImages(listAt(spec, "containers")),
    initContainers: withoutImages(listAt(spec, "initContainers")),
  };
}
