import type { KubeObject } from "../../../kube/object.ts";
import { loopback } from "../authn/user.ts";
import { ApiError } from "../http/api-error.ts";
import type { RegistryContext } from "../registry/context.ts";
import { createObject } from "../registry/create.ts";
import { updateObject } from "../registry/update.ts";

const manager = "kube-apiserver";
const byServer = () => ({ user: loopback, dryRun: false, fieldManager: manager, warnings: [] });

/** Creates an object unless it is there; gives whether it was made now. */
export async function ensureObject(context: RegistryContext, object: KubeObject): Promise<boolean> {
  const type = typeOf(context, object);
  const { namespace = "", name = "" } = object.metadata;
  if ((await context.store.cache(type)).entries.has(context.store.key(type, namespace, name))) return false;
  try {
    await createObject(context, type, object, byServer());
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status.reason === "AlreadyExists") return false;
    throw error;
  }
}

/** Creates an object, or brings the one that is there to what `change` makes of it. */
export async function reconcileObject(
  context: RegistryContext,
  object: KubeObject,
  change: (current: KubeObject) => KubeObject,
): Promise<void> {
  if (await ensureObject(context, object)) return;
  const type = typeOf(context, object);
  const { namespace = "", name = "" } = object.metadata;
  await updateObject(context, type, { ...byServer(), namespace, name, subresource: "", change });
}

function typeOf({ catalog }: RegistryContext, { apiVersion, kind }: KubeObject) {
  const type = catalog.ofKind(apiVersion, kind);
  if (!type) throw new Error(`${apiVersion} ${kind} is not served`);
  return type;
}
