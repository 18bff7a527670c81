import { formatSelector } from "../../../kube/label-selector.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { jsonPath } from "../crd/json-path.ts";
import { badRequest, conflict, modifiedMeanwhile, notFound } from "../http/api-error.ts";
import { header, readBody } from "../http/exchange.ts";
import { objectOf, parseBody, readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { patched } from "../registry/patch.ts";
import { namespaceOf, subjectOf, type Target } from "../registry/target.ts";
import { updateObject } from "../registry/update.ts";
import { writeOf } from "../registry/write.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";

const scaleKind = { apiVersion: "autoscaling/v1", kind: "Scale" };
type Replicas = { readonly replicas?: number };

/** The scale subresource of built-in workloads: replicas alone, whatever the kind. */
export const scale: SpecialHandler = async (context, target) => {
  const { type, info } = target;
  if (info.verb === "get") {
    const found = await context.store.fresh(type, namespaceOf(target), info.name);
    if (!found) throw notFound(subjectOf(target));
    return { kind: "object", status: 200, object: scaleOf(found.object, type) };
  }
  const next = await submittedBy(target);
  const change = (current: KubeObject) => scaled(current, next(scaleOf(current, type)), target);
  const body = await updateObject(context, type, { ...writeOf(target), change });
  return { kind: "object", status: 200, object: scaleOf(JSON.parse(body.toString()) as KubeObject, type) };
};

async function submittedBy({ exchange, info, type }: Target): Promise<(current: KubeObject) => KubeObject> {
  if (info.verb === "update") {
    const object = objectOf(await readValue(exchange.request), scaleKind);
    return () => object;
  }
  const mediaType = header(exchange.request, "content-type").split(";")[0]?.trim() ?? "";
  const patch = parseBody(await readBody(exchange.request));
  return (current) => patched(current, { mediaType, patch, type });
}

function scaled(current: KubeObject, wanted: KubeObject, target: Target): KubeObject {
  const { replicas = 0 } = (wanted.spec ?? {}) as Replicas;
  const { resourceVersion, name } = wanted.metadata;
  if (name !== undefined && name !== target.info.name)
    throw badRequest("the name of the object does not match the name on the URL");
  if (resourceVersion && resourceVersion !== current.metadata.resourceVersion)
    throw conflict(subjectOf(target), modifiedMeanwhile);
  if (!Number.isInteger(replicas) || replicas < 0) {
    const subject = { group: "autoscaling", kind: "Scale", resource: "scale", name: target.info.name };
    throw invalidObject(subject, [invalid("spec.replicas", replicas, "must be greater than or equal to 0")]);
  }
  const paths = target.type.scalePaths;
  return paths
    ? withField(current, paths.specReplicasPath, replicas)
    : { ...current, spec: { ...(current.spec as object), replicas } };
}

function scaleOf(object: KubeObject, type: ResourceType): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { replicas, observed, selector } = type.scalePaths
    ? customCounts(object, type.scalePaths)
    : builtInCounts(object, type);
  const kept = Object.fromEntries(
    Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const status = { replicas: observed, ...(selector && { selector }) };
  return { ...scaleKind, metadata: kept, spec: { replicas }, status };
}

type Counts = { readonly replicas: number; readonly observed: number; readonly selector: string };

function builtInCounts({ spec, status }: KubeObject, type: ResourceType): Counts {
  const { replicas = 0, selector } = (spec ?? {}) as Replicas & { selector?: Record<string, unknown> };
  const isPlain = type.resource === "replicationcontrollers";
  const text = formatSelector(isPlain ? { matchLabels: (selector ?? {}) as Record<string, string> } : (selector ?? {}));
  return { replicas, observed: ((status ?? {}) as Replicas).replicas ?? 0, selector: text };
}

function customCounts(object: KubeObject, paths: NonNullable<ResourceType["scalePaths"]>): Counts {
  const at = (path: string | undefined) => (path ? jsonPath(path)(object)[0] : undefined);
  return {
    replicas: Number(at(paths.specReplicasPath) ?? 0),
    observed: Number(at(paths.statusReplicasPath) ?? 0),
    selector: String(at(paths.labelSelectorPath) ?? ""),
  };
}

/** A copy with the field at a dotted path set. */
function withField(object: KubeObject, path: string, value: number): KubeObject {
  const copy = structuredClone(object);
  const steps = path.split(".").filter(Boolean);
  const last = steps.pop() ?? "";
  let at = copy as Record<string, unknown>;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  at[last] = value;
  return copy;
}
