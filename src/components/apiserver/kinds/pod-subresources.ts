import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import type { SubresourceRules } from "../registry/strategy.ts";
import { type FieldError, forbiddenField, invalid } from "../validation/field-error.ts";
import { validatePod } from "../validation/pod.ts";
import { qosClass } from "./qos-class.ts";

const mirror = "kubernetes.io/config.mirror";
const lists = ["containers", "initContainers"] as const;
const specOf = (pod: KubeObject): Fields => mapAt(pod as Fields, "spec") ?? {};

/** pods/ephemeralcontainers: adds containers to a running pod; everything else stays as it is. */
export const ephemeralContainers: SubresourceRules = {
  take: (submitted, old) =>
    withSpec(old, submitted, { ...specOf(old), ephemeralContainers: specOf(submitted).ephemeralContainers ?? [] }),
  validateUpdate(pod, old) {
    if (isMirror(old)) return [forbiddenField("", "static pods do not support ephemeral containers")];
    const now = listAt(specOf(pod), "ephemeralContainers");
    return [...validatePod(pod), ...listAt(specOf(old), "ephemeralContainers").flatMap((one) => keptErrors(one, now))];
  },
};

function keptErrors(before: Fields, containers: readonly Fields[]): FieldError[] {
  const path = "spec.ephemeralContainers";
  const name = JSON.stringify(before.name);
  const same = containers.find((one) => one.name === before.name);
  if (!same) return [forbiddenField(path, `existing ephemeral containers ${name} may not be removed\n`)];
  if (isDeepStrictEqual(same, before)) return [];
  return [forbiddenField(path, `existing ephemeral containers ${name} may not be changed\n`)];
}

/** pods/resize: changes cpu and memory of containers; everything else stays as it is (KEP-1287). */
export const resize: SubresourceRules = {
  take(submitted, old) {
    const spec = { ...specOf(old) };
    for (const list of lists) {
      const [now, before] = [listAt(specOf(submitted), list), listAt(spec, list)];
      // Other containers than before are left for the validation to refuse.
      if (!haveSameNames(now, before)) return { ...submitted, status: old.status };
      if (before.length > 0) spec[list] = before.map((one, index) => resized(one, now[index] ?? {}));
    }
    return withSpec(old, submitted, spec);
  },
  validateUpdate(pod, old) {
    if (isMirror(old)) return [forbiddenField("", "static pods cannot be resized")];
    const isSame = lists.every((list) => haveSameNames(listAt(specOf(pod), list), listAt(specOf(old), list)));
    if (!isSame)
      return [forbiddenField("spec", "containers may not be added or removed, renamed or reordered on resize")];
    const classErrors =
      qosClass(specOf(pod)) === qosClass(specOf(old))
        ? []
        : [invalid("spec", qosClass(specOf(pod)), "Pod QOS Class may not change as a result of resizing")];
    return [...validatePod(pod), ...classErrors, ...lists.flatMap((list) => amountErrors(list, pod, old))];
  },
};

function resized({ resources: _resources, resizePolicy: _policy, ...rest }: Fields, wanted: Fields): Fields {
  const { resources, resizePolicy } = wanted;
  return {
    ...rest,
    ...(resources !== undefined && { resources }),
    ...(resizePolicy !== undefined && { resizePolicy }),
  };
}

function amountErrors(list: (typeof lists)[number], pod: KubeObject, old: KubeObject): FieldError[] {
  const before = listAt(specOf(old), list);
  return listAt(specOf(pod), list).flatMap((container, index) =>
    (["requests", "limits"] as const).flatMap((kind) => {
      const [now, then] = [amounts(container, kind), amounts(before[index] ?? {}, kind)];
      const changed = [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((one) => now[one] !== then[one]);
      const path = `spec.${list}[${index}].resources.${kind}`;
      return changed.flatMap((name) => [
        ...(["cpu", "memory"].includes(name)
          ? []
          : [forbiddenField("spec", "only cpu and memory resources are mutable")]),
        ...(now[name] === undefined ? [forbiddenField(path, `resource ${kind} cannot be removed`)] : []),
      ]);
    }),
  );
}

function amounts(container: Fields, kind: string): Fields {
  return mapAt(mapAt(container, "resources"), kind) ?? {};
}

function haveSameNames(one: readonly Fields[], other: readonly Fields[]): boolean {
  return isDeepStrictEqual(
    one.map(({ name }) => name),
    other.map(({ name }) => name),
  );
}

function isMirror({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[mirror] !== undefined;
}

/** The old pod with another spec; of the metadata only what tells versions and managers apart is the client's. */
function withSpec(old: KubeObject, { metadata }: KubeObject, spec: Fields): KubeObject {
  const { resourceVersion, managedFields } = metadata;
  const { managedFields: _before, ...kept } = old.metadata;
  return {
    ...old,
    metadata: { ...kept, ...(resourceVersion && { resourceVersion }), ...(managedFields && { managedFields }) },
    spec,
  };
}
