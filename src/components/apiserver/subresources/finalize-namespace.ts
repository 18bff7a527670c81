import type { KubeObject } from "../../../kube/object.ts";
import { expectedOf, objectOf, readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { updateObject } from "../registry/update.ts";
import { writeOf, written } from "../registry/write.ts";

/** namespaces/finalize: sets spec.finalizers; a deleted namespace without any goes. */
export const finalizeNamespace: SpecialHandler = async (context, target) => {
  const submitted = objectOf(await readValue(target.exchange.request), expectedOf(target.type));
  const { finalizers } = (submitted.spec ?? {}) as { finalizers?: string[] };
  const change = (current: KubeObject): KubeObject => ({
    ...current,
    metadata: {
      ...current.metadata,
      resourceVersion: submitted.metadata.resourceVersion ?? current.metadata.resourceVersion ?? "",
    },
    spec: { ...(current.spec as object), finalizers: finalizers ?? [] },
  });
  return written(200, await updateObject(context, target.type, { ...writeOf(target), change }), target);
};
