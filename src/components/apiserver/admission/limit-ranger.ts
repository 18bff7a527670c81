import { milliValue } from "../../../kube/quantity.ts";
import { ensured, type Fields, listAt, mapAt } from "../defaulting/missing.ts";
import { forbidden } from "../http/api-error.ts";
import type { AdmissionPlugin, Attributes } from "./chain.ts";
import { type AdmissionParts, isCore, listAll } from "./parts.ts";

type Quantities = Record<string, string>;

/** Gives containers the namespace's default requests and limits, and holds pods and claims to its bounds (plugin/pkg/admission/limitranger). */
export function limitRanger(parts: AdmissionParts): AdmissionPlugin {
  return {
    name: "LimitRanger",
    async mutate(attributes) {
      if (!isCreatedPod(attributes)) return;
      const limits = await limitsOf(parts, attributes, "Container");
      for (const container of containersOf(attributes.object ?? {}))
        for (const limit of limits) addDefaults(container, limit);
    },
    async validate(attributes) {
      const { object } = attributes;
      if (!object) return;
      if (isCreatedPod(attributes)) await boundPod(parts, attributes, object);
      const isClaim = isCore(attributes.type, "persistentvolumeclaims") && !attributes.subresource;
      if (!isClaim || (attributes.operation !== "CREATE" && attributes.operation !== "UPDATE")) return;
      const requests = mapAt(mapAt(mapAt(object, "spec"), "resources"), "requests");
      for (const limit of await limitsOf(parts, attributes, "PersistentVolumeClaim")) {
        refuseIfAny(attributes, violations(limit, { requests, limits: requests, kind: "PersistentVolumeClaim" }));
      }
    },
  };
}

function isCreatedPod({ operation, type, subresource, object }: Attributes): boolean {
  return operation === "CREATE" && isCore(type, "pods") && !subresource && object !== undefined;
}

async function boundPod(parts: AdmissionParts, attributes: Attributes, pod: Fields): Promise<void> {
  for (const limit of await limitsOf(parts, attributes, "Container")) {
    for (const container of containersOf(pod)) {
      const resources = mapAt(container, "resources");
      const found = { requests: mapAt(resources, "requests"), limits: mapAt(resources, "limits"), kind: "Container" };
      refuseIfAny(attributes, violations(limit, found));
    }
  }
  const containers = listAt(mapAt(pod, "spec"), "containers");
  for (const limit of await limitsOf(parts, attributes, "Pod")) {
    const found = { requests: summed(containers, "requests"), limits: summed(containers, "limits"), kind: "Pod" };
    refuseIfAny(attributes, violations(limit, found));
  }
}

async function limitsOf(parts: AdmissionParts, { namespace }: Attributes, type: string): Promise<Fields[]> {
  const ranges = await listAll(parts, { resource: "limitranges", namespace });
  return ranges.flatMap((range) => listAt(mapAt(range, "spec"), "limits")).filter((limit) => limit.type === type);
}

function containersOf(pod: Fields): Fields[] {
  const spec = mapAt(pod, "spec");
  return [...listAt(spec, "initContainers"), ...listAt(spec, "containers")];
}

function addDefaults(container: Fields, limit: Fields): void {
  const resources = ensured(container, "resources");
  const fill = (field: "limits" | "requests", defaults: Fields | undefined) => {
    if (!defaults || Object.keys(defaults).length === 0) return;
    resources[field] = { ...defaults, ...mapAt(resources, field) };
  };
  // a limit that the pod gives itself also is its request, as it would be without a range
  const ownLimits = mapAt(resources, "limits") ?? {};
  fill("requests", { ...mapAt(limit, "defaultRequest"), ...ownLimits });
  fill("limits", mapAt(limit, "default"));
}

type Found = { readonly requests: Fields | undefined; readonly limits: Fields | undefined; readonly kind: string };

function violations(limit: Fields, { requests, limits, kind }: Found): string[] {
  const min = (mapAt(limit, "min") ?? {}) as Quantities;
  const max = (mapAt(limit, "max") ?? {}) as Quantities;
  const ratios = (mapAt(limit, "maxLimitRequestRatio") ?? {}) as Quantities;
  const at = (values: Fields | undefined, name: string) => values?.[name] as string | undefined;
  return [
    ...Object.entries(min).flatMap(([name, bound]) => {
      const value = at(requests, name);
      if (value === undefined) return [`minimum ${name} usage per ${kind} is ${bound}.  No request is specified`];
      return milliValue(value) < milliValue(bound)
        ? [`minimum ${name} usage per ${kind} is ${bound}, but request is ${value}`]
        : [];
    }),
    ...Object.entries(max).flatMap(([name, bound]) => {
      const value = at(limits, name);
      if (value === undefined) return [`maximum ${name} usage per ${kind} is ${bound}.  No limit is specified`];
      return milliValue(value) > milliValue(bound)
        ? [`maximum ${name} usage per ${kind} is ${bound}, but limit is ${value}`]
        : [];
    }),
    ...Object.entries(ratios).flatMap(([name, bound]) => {
      const [request, most] = [milliValue(at(requests, name)), milliValue(at(limits, name))];
      const ratio = request > 0 ? most / request : Number.POSITIVE_INFINITY;
      return ratio * 1_000 > milliValue(bound)
        ? [`${name} max limit to request ratio per ${kind} is ${bound}, but provided ratio is ${ratio.toFixed(6)}`]
        : [];
    }),
  ];
}

/** The sum of what containers ask for; a resource that one of them leaves open is left out for the limits. */
function summed(containers: readonly Fields[], field: "requests" | "limits"): Fields {
  const values = containers.map((container) => (mapAt(mapAt(container, "resources"), field) ?? {}) as Quantities);
  const names = new Set(values.flatMap((one) => Object.keys(one)));
  const known = [...names].filter((name) => field === "requests" || values.every((one) => one[name] !== undefined));
  return Object.fromEntries(
    known.map((name) => [name, `${values.reduce((sum, one) => sum + milliValue(one[name]), 0)}m`]),
  );
}

function refuseIfAny({ type, name }: Attributes, found: readonly string[]): void {
  if (found.length === 0) return;
  throw forbidden(
    { group: type.group, resource: type.resource, name },
    found.length === 1 ? String(found[0]) : `[${found.join(", ")}]`,
  );
}
