import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { shapeOfResource } from "../apply/shape-of-resource.ts";
import { trackUpdate } from "../apply/track.ts";
import type { User } from "../authn/user.ts";
import {
  type ApiError,
  badRequest,
  conflict,
  modifiedMeanwhile,
  notFound,
  type Subject,
  timedOut,
} from "../http/api-error.ts";
import { apiVersionOf, type ResourceType } from "../resources/resource-type.ts";
import type { Stored, WriteResult } from "../storage/object-store.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import type { RegistryContext } from "./context.ts";
import { fromStorage, toStorage } from "./convert.ts";
import { dropEmpty } from "./empty-metadata.ts";
import { dropUnknownFields, type FieldRules, ignoreFields } from "./field-validation.ts";
import { hasSubresource, keepStatus, onlyStatus, specChanged } from "./status-fields.ts";
import type { SubresourceRules } from "./strategy.ts";

export type Update = {
  readonly namespace: string;
  readonly name: string;
  /** "" for the object itself. */
  readonly subresource: string;
  readonly user: User;
  readonly dryRun: boolean;
  readonly warnings: string[];
  /** Whose the changed fields are. */
  readonly fieldManager: string;
  /** What becomes of fields that can't be taken; they are ignored unless said otherwise. */
  readonly fields?: FieldRules;
  /** The change keeps managedFields by itself. */
  readonly isApply?: boolean;
  /** Gives the new object from the current one, both in the served version; may be called several times. */
  readonly change: (current: KubeObject) => KubeObject | Promise<KubeObject>;
};

const maxAttempts = 100;

/** Changes an object: tries on the cached state first, and again on what stands in etcd when that was not the newest. */
export function updateObject(context: RegistryContext, type: ResourceType, update: Update): Promise<Buffer> {
  const { store, turns } = context;
  return turns.take(store.key(type, update.namespace, update.name), async (isContended) => {
    const { body, revision } = await persistently(context, type, update);
    // Whoever comes next begins with the cached state: it must have this write.
    if (isContended()) await store.mirror.reached(revision);
    return body;
  });
}

type Done = Extract<WriteResult, { kind: "done" }>;

async function persistently(context: RegistryContext, type: ResourceType, update: Update): Promise<Done> {
  const { store } = context;
  const { namespace, name } = update;
  let current = await store.peek(type, namespace, name);
  let isFresh = false;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (!current && !isFresh) {
      current = await store.fresh(type, namespace, name);
      isFresh = true;
    }
    if (!current) throw notFound(subjectOf(type, name));
    const outcome: WriteResult = await attemptUpdate(context, type, { update, current }).catch(
      async (error: unknown) => {
        if (isFresh) throw error;
        const newest = await store.fresh(type, namespace, name);
        if (newest?.revision === current?.revision) throw error;
        return { kind: "lost", current: newest } as const;
      },
    );
    if (outcome.kind === "done") return outcome;
    current = outcome.current;
    isFresh = true;
  }
  throw timedOut(`${type.resource} "${name}": other writers were faster ${maxAttempts} times`);
}

type Attempt = { readonly update: Update; readonly current: Stored };

async function attemptUpdate(
  context: RegistryContext,
  type: ResourceType,
  { update, current }: Attempt,
): Promise<WriteResult> {
  const old = current.object;
  const submitted = await update.change(fromStorage(structuredClone(old), type));
  checkIdentity(submitted, type, { update, current });
  const strategy = context.strategies.of(type);
  if (strategy.updatesNeedVersion && !submitted.metadata.resourceVersion) throw withoutVersion(type, update);
  const rules = strategy.subresources?.[update.subresource];
  const object = merged(toStorage(submitted, type), old, { type, subresource: update.subresource, rules });
  dropUnknownFields(object, type, { ...(update.fields ?? ignoreFields), strategy, warnings: update.warnings });
  strategy.defaults?.(object);
  if (update.subresource === "") strategy.prepareForUpdate?.(object, old);
  if (strategy.hasGeneration && specChanged(object, old))
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  const attributes = { ...update, operation: "UPDATE" as const, type, object, old };
  await context.admission.mutate(attributes);
  if (!update.isApply) track(context, type, { update, object, old });
  validateChange(object, old, { context, type, subresource: update.subresource });
  await context.admission.validate(attributes);
  object.metadata.resourceVersion = String(current.revision);
  if (update.dryRun || isDeepStrictEqual(object, old)) {
    return { kind: "done", body: Buffer.from(JSON.stringify(object)), revision: current.revision };
  }
  return write(context, type, { object, old, revision: current.revision });
}

type Tracked = { readonly update: Update; readonly object: KubeObject; readonly old: KubeObject };

function track({ now }: RegistryContext, type: ResourceType, { update, object, old }: Tracked): void {
  if (object.metadata.managedFields?.length === 0) {
    // An empty list is a client's wish to begin anew.
    delete object.metadata.managedFields;
    return;
  }
  const { fieldManager: manager, subresource } = update;
  const writer = { manager, apiVersion: apiVersionOf(type), subresource, now: now() };
  trackUpdate(object, old, { writer, shape: shapeOfResource(type) });
}

type Write = { readonly object: KubeObject; readonly old: KubeObject; readonly revision: number };

async function write(
  context: RegistryContext,
  type: ResourceType,
  { object, old, revision }: Write,
): Promise<WriteResult> {
  const { store, allocator, strategies } = context;
  if (isFinished(object, type)) {
    const removed = await store.remove(type, object, revision);
    if (removed.kind === "done") await allocator.release(type, old);
    return removed;
  }
  const reserved = await allocator.allocate(type, object, old);
  const { ttlSeconds } = strategies.of(type);
  const result = await store.replace(type, object, { expected: revision, ttlSeconds });
  await (result.kind === "done" ? reserved.commit() : reserved.undo());
  return result;
}

/** A deleted object goes when its last finalizer went; a pod's grace period must be over too. */
export function isFinished({ metadata, spec }: KubeObject, type: ResourceType): boolean {
  if (!metadata.deletionTimestamp || (metadata.finalizers?.length ?? 0) > 0) return false;
  if (type.kind === "Namespace" && !type.group) {
    return ((spec as { finalizers?: string[] } | undefined)?.finalizers?.length ?? 0) === 0;
  }
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function checkIdentity(object: KubeObject, type: ResourceType, { update, current }: Attempt): void {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  if (name !== undefined && name !== update.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${update.name})`);
  }
  if (type.namespaced && namespace && namespace !== update.namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  const subject = subjectOf(type, update.name);
  if (uid && uid !== current.object.metadata.uid) {
    throw conflict(
      subject,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.object.metadata.uid}`,
    );
  }
  if (resourceVersion && resourceVersion !== String(current.revision)) throw conflict(subject, modifiedMeanwhile);
}

function withoutVersion(type: ResourceType, { name }: Update): ApiError {
  const error = invalid("metadata.resourceVersion", 0, "must be specified for an update");
  return invalidObject({ ...subjectOf(type, name), kind: type.resource }, [error]);
}

type Place = {
  readonly type: ResourceType;
  readonly subresource: string;
  readonly rules: SubresourceRules | undefined;
};

function merged(object: KubeObject, old: KubeObject, at: Place): KubeObject {
  const next = taken(object, old, at);
  if (at.subresource === "" && hasSubresource(at.type, "status")) keepStatus(next, old);
  const kept = [
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ] as const;
  for (const field of kept) {
    if (old.metadata[field] === undefined) delete next.metadata[field];
    else (next.metadata as Record<string, unknown>)[field] = old.metadata[field];
  }
  delete next.metadata.selfLink;
  dropEmpty(next.metadata);
  if (old.metadata.generation === undefined) delete next.metadata.generation;
  else next.metadata.generation = old.metadata.generation;
  return next;
}

function taken(object: KubeObject, old: KubeObject, { subresource, rules }: Place): KubeObject {
  if (rules?.take) return rules.take(object, old);
  return subresource === "status" ? onlyStatus(object, old) : { ...object, metadata: { ...object.metadata } };
}

function validateChange(
  object: KubeObject,
  old: KubeObject,
  { context, type, subresource }: { context: RegistryContext; type: ResourceType; subresource: string },
): void {
  const strategy = context.strategies.of(type);
  const errors = [
    ...validateObjectMeta(object, strategy.name),
    ...validateObjectMetaUpdate(object, old),
    ...(subresource === "" || type.custom ? (strategy.validate?.(object) ?? []) : []),
    ...(subresource === "" ? (strategy.validateUpdate?.(object, old) ?? []) : []),
    ...(strategy.subresources?.[subresource]?.validateUpdate?.(object, old) ?? []),
  ];
  if (errors.length === 0) return;
  throw invalidObject({ ...subjectOf(type, object.metadata.name ?? ""), kind: type.kind }, errors);
}

function subjectOf({ group, resource }: ResourceType, name: string): Subject {
  return { group, resource, name };
}
