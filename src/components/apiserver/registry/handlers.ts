import { timerDelay } from "../../../base/timer-delay.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { apply } from "../apply/apply.ts";
import { badRequest, methodNotAllowed, notFound } from "../http/api-error.ts";
import { header, type Reply, readBody } from "../http/exchange.ts";
import { isTrue } from "../http/request-info.ts";
import { formOf, renderList, watchRenderer } from "../table/forms.ts";
import type { RegistryContext } from "./context.ts";
import { createObject } from "./create.ts";
import { expectedOf, objectOf, readSubmitted, readValue, submittedIn } from "./decode.ts";
import { type DeleteOptions, deleteObject } from "./delete.ts";
import { listPage, listParameters, listReply } from "./list.ts";
import { orCreate } from "./or-create.ts";
import { patched, patchTypes } from "./patch.ts";
import { isDryRun, namespaceOf, subjectOf, type Target } from "./target.ts";
import { updateObject } from "./update.ts";
import { serveWatch } from "./watch.ts";
import { submittedWriteOf, writeOf, written } from "./write.ts";

type Handler = (context: RegistryContext, target: Target) => Promise<Reply>;

/** Serves a request for objects of a stored resource, its status included. */
export function serveObjects(context: RegistryContext, target: Target): Promise<Reply> {
  const handler = handlers[target.info.verb];
  if (!handler) throw methodNotAllowed(subjectOf(target), target.info.verb);
  return handler(context, target);
}

const handlers: Readonly<Record<string, Handler>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection,
};

async function get(context: RegistryContext, target: Target): Promise<Reply> {
  const { type, info } = target;
  const entry = await context.store.get(type, namespaceOf(target), info.name);
  if (!entry) throw notFound(subjectOf(target));
  return written(200, entry.body, target);
}

async function list(context: RegistryContext, target: Target): Promise<Reply> {
  const { type, exchange } = target;
  const page = await listPage(context, type, scopedParameters(target));
  return renderList(formOf(exchange), target, page) ?? listReply(type, page);
}

async function watch(context: RegistryContext, target: Target): Promise<Reply> {
  const { type, exchange } = target;
  const { query } = exchange;
  const minimumMs = 1_800_000;
  const seconds = Number(query.get("timeoutSeconds") ?? 0);
  const parameters = {
    ...scopedParameters(target),
    bookmarks: isTrue(query.get("allowWatchBookmarks")),
    sendInitialEvents: isTrue(query.get("sendInitialEvents")),
    timeoutMs: seconds > 0 ? timerDelay(seconds * 1000) : minimumMs * (1 + Math.random()),
    ...watchRenderer(formOf(exchange), target),
  };
  await serveWatch(context, type, { parameters, response: exchange.response });
  return { kind: "taken" };
}

/** A name in the path of a list or watch is a field selector. */
function scopedParameters(target: Target) {
  const { exchange, info } = target;
  const parameters = listParameters(exchange.query, namespaceOf(target));
  if (!info.name) return parameters;
  const byName = `metadata.name=${info.name}`;
  return { ...parameters, fieldSelector: parameters.fieldSelector ? `${parameters.fieldSelector},${byName}` : byName };
}

async function create(context: RegistryContext, target: Target): Promise<Reply> {
  const { exchange, info, type } = target;
  if (info.name) throw methodNotAllowed(subjectOf(target), "create");
  const submitted = await readSubmitted(exchange.request);
  const object = objectOf(submitted.value, expectedOf(type));
  inNamespace(object, target);
  const body = await createObject(context, type, object, submittedWriteOf(target, submitted));
  return written(201, body, target);
}

async function update(context: RegistryContext, target: Target): Promise<Reply> {
  const { exchange, info, type } = target;
  const submitted = await readSubmitted(exchange.request);
  const object = objectOf(submitted.value, expectedOf(type));
  inNamespace(object, target);
  if (!object.metadata.name) throw badRequest("name is required");
  const write = submittedWriteOf(target, submitted);
  const replace = () => updateObject(context, type, { ...write, change: () => structuredClone(object) });
  const isCreating = info.subresource === "" && context.strategies.of(type).isCreatedByUpdate && !object.metadata.uid;
  if (!isCreating) return written(200, await replace(), target);
  const { resourceVersion: _old, ...metadata } = object.metadata;
  return orCreate(context, target, {
    change: replace,
    create: () => createObject(context, type, { ...object, metadata }, write),
  });
}

async function patch(context: RegistryContext, target: Target): Promise<Reply> {
  const { exchange, type } = target;
  const mediaType = header(exchange.request, "content-type").split(";")[0]?.trim() ?? "";
  const submitted = submittedIn(await readBody(exchange.request), mediaType === patchTypes.apply);
  if (mediaType === patchTypes.apply) return apply(context, target, submitted);
  const body = await updateObject(context, type, {
    ...submittedWriteOf(target, submitted),
    change: (current) => patched(current, { mediaType, patch: submitted.value, type }),
  });
  return written(200, body, target);
}

async function remove(context: RegistryContext, target: Target): Promise<Reply> {
  const { exchange, type } = target;
  const options = await deleteOptions(target);
  const { gone, object } = await deleteObject(context, type, {
    ...writeOf(target),
    dryRun: isDryRun(exchange.query) || (options.dryRun ?? []).includes("All"),
    options,
  });
  if (!gone || context.strategies.of(type).returnsDeleted)
    return written(200, Buffer.from(JSON.stringify(object)), target);
  const { group, resource } = type;
  const details = { name: object.metadata.name, ...(group && { group }), kind: resource, uid: object.metadata.uid };
  return {
    kind: "object",
    status: 200,
    object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details },
  };
}

async function deletecollection(context: RegistryContext, target: Target): Promise<Reply> {
  const { exchange, type } = target;
  const options = await deleteOptions(target);
  const page = await listPage(context, type, listParameters(exchange.query, namespaceOf(target)));
  const dryRun = isDryRun(exchange.query);
  for (const entry of page.entries) {
    await deleteObject(context, type, {
      ...writeOf(target),
      dryRun,
      namespace: entry.namespace,
      name: entry.name,
      options,
    }).catch(ignoreGone);
  }
  return listReply(type, page);
}

async function deleteOptions({ exchange }: Target): Promise<DeleteOptions> {
  const { query, request } = exchange;
  const body = ((await readValue(request)) ?? {}) as DeleteOptions;
  const grace = query.get("gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  const orphan = query.get("orphanDependents");
  return {
    ...body,
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
  };
}

function inNamespace(object: KubeObject, target: Target): void {
  const { type } = target;
  const namespace = namespaceOf(target);
  if (!type.namespaced) return;
  if (object.metadata.namespace && object.metadata.namespace !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  object.metadata.namespace = namespace;
}

function ignoreGone(error: unknown): void {
  if ((error as { status?: { code?: number } }).status?.code !== 404) throw error;
}
