import { randomBytes } from "node:crypto";
import type { KubeObject } from "../../../kube/object.ts";
import { shapeOfResource } from "../apply/shape-of-resource.ts";
import { trackCreate } from "../apply/track.ts";
import type { User } from "../authn/user.ts";
import { ApiError, alreadyExists, badRequest, type Subject } from "../http/api-error.ts";
import { apiVersionOf, type ResourceType } from "../resources/resource-type.ts";
import { invalidObject } from "../validation/field-error.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import type { RegistryContext } from "./context.ts";
import { toStorage } from "./convert.ts";
import { dropEmpty } from "./empty-metadata.ts";
import { dropUnknownFields, type FieldRules, ignoreFields } from "./field-validation.ts";
import { hasSubresource } from "./status-fields.ts";

export type CreateOptions = {
  readonly user: User;
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly warnings: string[];
  /** For kinds created through a subresource. */
  readonly subresource?: string;
  /** What becomes of fields that can't be taken; they are ignored unless said otherwise. */
  readonly fields?: FieldRules;
  /** The object carries its managedFields already. */
  readonly isApply?: boolean;
};

/** How often a name is made up when the ones before were taken; upstream's number. */
const maxGenerated = 8;

/** Creates an object and gives its JSON in the storage version; `submitted` is taken over and changed. */
export async function createObject(
  context: RegistryContext,
  type: ResourceType,
  submitted: KubeObject,
  options: CreateOptions,
): Promise<Buffer> {
  const { name, generateName } = submitted.metadata;
  if (name || !generateName) return createNamed(context, type, submitted, options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createNamed(context, type, structuredClone(submitted), options);
    } catch (error) {
      const isTaken = error instanceof ApiError && error.status.reason === "AlreadyExists";
      if (!isTaken || attempt === maxGenerated) throw error;
    }
  }
}

async function createNamed(
  context: RegistryContext,
  type: ResourceType,
  submitted: KubeObject,
  options: CreateOptions,
): Promise<Buffer> {
  const object = toStorage(submitted, type);
  const strategy = context.strategies.of(type);
  dropUnknownFields(object, type, { ...(options.fields ?? ignoreFields), strategy, warnings: options.warnings });
  stampMetadata(object, type, context);
  if (!options.isApply) delete object.metadata.managedFields;
  if (hasSubresource(type, "status") && !strategy.keepsStatusOnCreate) delete object.status;
  strategy.defaults?.(object);
  strategy.prepareForCreate?.(object, options.user);
  if (strategy.hasGeneration) object.metadata.generation = 1;
  else delete object.metadata.generation;
  const attributes = {
    ...options,
    operation: "CREATE" as const,
    type,
    subresource: options.subresource ?? "",
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name ?? "",
    object,
    old: undefined,
  };
  await context.admission.mutate(attributes);
  if (!options.isApply) {
    const writer = {
      manager: options.fieldManager,
      apiVersion: apiVersionOf(type),
      subresource: "",
      now: context.now(),
    };
    trackCreate(object, writer, shapeOfResource(type));
  }
  validateNew(object, type, context);
  await context.admission.validate(attributes);
  if (options.dryRun) return dryRunResult(context, object, type);
  const reserved = await context.allocator.allocate(type, object, undefined);
  const result = await context.store.create(type, object, strategy.ttlSeconds).catch(async (error: unknown) => {
    await reserved.undo();
    throw error;
  });
  if (result.kind === "done") return result.body;
  await reserved.undo();
  throw alreadyExists(subject(type, object));
}

function validateNew(object: KubeObject, type: ResourceType, { strategies }: RegistryContext): void {
  const strategy = strategies.of(type);
  const errors = [...validateObjectMeta(object, strategy.name), ...(strategy.validate?.(object) ?? [])];
  if (errors.length > 0) throw invalidObject({ ...subject(type, object), kind: type.kind }, errors);
}

async function dryRunResult({ store }: RegistryContext, object: KubeObject, type: ResourceType): Promise<Buffer> {
  const { namespace = "", name = "" } = object.metadata;
  if (await store.get(type, namespace, name)) throw alreadyExists(subject(type, object));
  return Buffer.from(JSON.stringify(object));
}

function subject({ group, resource }: ResourceType, { metadata }: KubeObject): Subject {
  return { group, resource, name: metadata.name ?? "" };
}

/** What the server alone decides at birth: name from generateName, uid, creation time. */
function stampMetadata(object: KubeObject, type: ResourceType, { now, uuid }: RegistryContext): void {
  const { metadata } = object;
  if (metadata.resourceVersion) throw badRequest("resourceVersion should not be set on objects to be created");
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName);
  if (!type.namespaced) delete metadata.namespace;
  metadata.uid = uuid();
  metadata.creationTimestamp = `${now().toISOString().slice(0, 19)}Z`;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  dropEmpty(metadata);
}

/** Letters that spell no words, upstream's choice. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

function generatedName(base: string): string {
  const suffix = [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join("");
  return `${base.slice(0, 58)}${suffix}`;
}
