import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import { ApiError, badRequest, type StatusCause } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import { isTrue } from "../http/request-info.ts";
import type { RegistryContext } from "../registry/context.ts";
import { toStorage } from "../registry/convert.ts";
import { createObject } from "../registry/create.ts";
import { expectedOf, objectOf, type Submitted } from "../registry/decode.ts";
import { orCreate } from "../registry/or-create.ts";
import { namespaceOf, type Target } from "../registry/target.ts";
import { updateObject } from "../registry/update.ts";
import { submittedWriteOf, written } from "../registry/write.ts";
import { apiVersionOf } from "../resources/resource-type.ts";
import { compare } from "./compare.ts";
import { difference, emptySet, type FieldSet, intersection, isEmpty, pathsOf, toFieldsV1, union } from "./field-set.ts";
import { fieldsOf } from "./field-values.ts";
import { type Managed, managedOf, ownable, setManaged } from "./managed-fields.ts";
import { merge, prune } from "./merge.ts";
import type { Shape } from "./shape.ts";
import { shapeOfResource } from "./shape-of-resource.ts";
import { timeOf, type Writer } from "./track.ts";

type Application = {
  readonly config: KubeObject;
  readonly writer: Writer;
  readonly shape: Shape;
  readonly force: boolean;
};

/** Server-side apply: creates the object, or makes the fields that the client declares so, and drops what it ceased to declare. */
export async function apply(context: RegistryContext, target: Target, submitted: Submitted): Promise<Reply> {
  const { exchange, type, info } = target;
  const write = submittedWriteOf(target, submitted);
  const manager = exchange.query.get("fieldManager");
  if (!manager) throw badRequest("fieldManager: Required value: is required for apply patch");
  const config = toStorage(declared(target, submitted.value), type);
  const writer = { manager, apiVersion: apiVersionOf(type), subresource: info.subresource, now: context.now() };
  const application = { config, writer, shape: shapeOfResource(type), force: isTrue(exchange.query.get("force")) };
  const change = (current: KubeObject) => applied(toStorage(current, type), application);
  const update = () => updateObject(context, type, { ...write, change, isApply: true });
  if (info.subresource !== "" || config.metadata.uid) return written(200, await update(), target);
  const create = () => {
    const object = structuredClone(config);
    setManaged(object, [entryOf(application, ownable(fieldsOf(config, application.shape)), undefined)]);
    return createObject(context, type, object, { ...write, isApply: true });
  };
  return orCreate(context, target, { change: update, create });
}

function declared(target: Target, value: unknown): KubeObject {
  const { type, info } = target;
  const config = objectOf(value, expectedOf(type));
  if (config.metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  config.metadata.name ??= info.name;
  if (type.namespaced) config.metadata.namespace ??= namespaceOf(target);
  if (info.subresource === "" && type.subresources.some(({ name }) => name === "status")) delete config.status;
  return config;
}

/** The current object with the configuration applied. Throws 409 when that would take fields from other managers. */
function applied(current: KubeObject, application: Application): KubeObject {
  const { config, writer, shape, force } = application;
  const managed = managedOf(current);
  const own = managed.find((one) => isBy(one, writer));
  const others = managed.filter((one) => one !== own);
  const fields = ownable(fieldsOf(config, shape));
  const { resourceVersion: expected, ...metadata } = config.metadata;
  const merged = merge(current, { ...config, metadata }, shape) as KubeObject;
  const changed = ownable(compare(current, merged, shape).changed);
  const conflicts = others
    .map((one) => ({ ...one, fields: intersection(one.fields, changed) }))
    .filter((one) => !isEmpty(one.fields));
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  const rest = others.map((one) => ({ ...one, fields: difference(one.fields, changed) }));
  const ownedElsewhere = rest.reduce((sum, one) => union(sum, one.fields), emptySet);
  const dropped = difference(difference(own?.fields ?? emptySet, fields), ownedElsewhere);
  const object = prune(merged, dropped, shape) as KubeObject;
  object.metadata = { ...object.metadata, ...(expected && { resourceVersion: expected }) };
  setManaged(object, [...rest, entryOf(application, fields, own)]);
  return object;
}

function isBy({ manager, operation, subresource, apiVersion }: Managed, writer: Writer): boolean {
  return (
    operation === "Apply" &&
    manager === writer.manager &&
    subresource === writer.subresource &&
    apiVersion === writer.apiVersion
  );
}

function entryOf({ writer }: Application, fields: FieldSet, before: Managed | undefined): Managed {
  const { manager, apiVersion, subresource, now } = writer;
  const isSame = before !== undefined && isDeepStrictEqual(toFieldsV1(before.fields), toFieldsV1(fields));
  return { manager, apiVersion, subresource, operation: "Apply", time: isSame ? before.time : timeOf(now), fields };
}

function conflictError(conflicts: readonly Managed[]): ApiError {
  const causes = conflicts.flatMap((one) =>
    pathsOf(one.fields).map((field): StatusCause & { field: string } => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${who(one)}`,
      field,
    })),
  );
  const list = conflicts.map(
    (one) =>
      `conflicts with ${who(one)}:\n${pathsOf(one.fields)
        .map((path) => `- ${path}`)
        .join("\n")}`,
  );
  const count = causes.length === 1 ? "1 conflict" : `${causes.length} conflicts`;
  const text =
    causes.length === 1 ? `conflict with ${who(conflicts[0] as Managed)}: ${causes[0]?.field}` : list.join("\n");
  return new ApiError(409, "Conflict", `Apply failed with ${count}: ${text}`, { causes });
}

function who({ manager, operation, apiVersion, subresource, time }: Managed): string {
  const how = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ""}`;
  return operation === "Update" ? `${how} using ${apiVersion} at ${time}` : how;
}
