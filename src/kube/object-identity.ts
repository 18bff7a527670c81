import type { ObjectMeta } from "./object.ts";

/** What an informer needs of an object's metadata: who it is, and at which version. */
export function objectIdentity({ name, namespace, uid, resourceVersion }: ObjectMeta): ObjectMeta {
  return {
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}
