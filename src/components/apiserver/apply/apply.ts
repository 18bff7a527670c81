import type { KubeObject } from "../../../kube/object.ts";
import { ApiError, badRequest } from "../http/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import { strategicMerge } from "../patch/strategic-merge.ts";
import type { RegistryContext } from "../registry/context.ts";
import { createObject } from "../registry/create.ts";
import { expectedOf, objectOf } from "../registry/decode.ts";
import { namespaceOf, type Target } from "../registry/target.ts";
import { updateObject } from "../registry/update.ts";
import { managerOf, writeOf, written } from "../registry/write.ts";
import { mergeSchemaOf } from "../schema/merge-schema.ts";

/** Server-side apply: creates the object, or merges what the client declares into it. */
export async function apply(context: RegistryContext, target: Target, value: unknown): Promise<Reply> {
  const { exchange, type, info } = target;
  if (!exchange.query.get("fieldManager")) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const declared = objectOf(value, expectedOf(type));
  declared.metadata.name ??= info.name;
  if (type.namespaced) declared.metadata.namespace ??= namespaceOf(target);
  const change = (current: KubeObject) => strategicMerge(current, declared, mergeSchemaOf(type)) as KubeObject;
  try {
    return written(200, await updateObject(context, type, { ...writeOf(target), change }), target);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status.code !== 404 || info.subresource !== "") throw error;
  }
  const body = await createObject(context, type, structuredClone(declared), {
    ...writeOf(target),
    fieldManager: managerOf(target),
  });
  return written(201, body, target);
}
