import type { KubeObject } from "../../../kube/object.ts";
import { header, readBody } from "../http/exchange.ts";
import type { RegistryContext } from "../registry/context.ts";
import { expectedOf, objectOf, parseBody, readValue } from "../registry/decode.ts";
import type { SpecialHandler } from "../registry/dispatch.ts";
import { serveObjects } from "../registry/handlers.ts";
import { patched } from "../registry/patch.ts";
import type { Target } from "../registry/target.ts";
import { updateObject } from "../registry/update.ts";
import { writeOf, written } from "../registry/write.ts";

type Condition = { readonly type: string; lastUpdateTime?: string; lastTransitionTime?: string };
type Status = { conditions?: Condition[] };

/** certificatesigningrequests/approval: takes Approved and Denied conditions, nothing else. */
export const csrApproval: SpecialHandler = async (context, target) => {
  if (target.info.verb === "get") return serveObjects(context, target);
  const next = await submittedBy(target);
  const body = await updateObject(context, target.type, {
    ...writeOf(target),
    change: (current) => withConditions(current, next(current), context),
  });
  return written(200, body, target);
};

async function submittedBy({ exchange, info, type }: Target): Promise<(current: KubeObject) => KubeObject> {
  if (info.verb === "update") {
    const object = objectOf(await readValue(exchange.request), expectedOf(type));
    return () => structuredClone(object);
  }
  const mediaType = header(exchange.request, "content-type").split(";")[0]?.trim() ?? "";
  const patch = parseBody(await readBody(exchange.request));
  return (current) => patched(current, { mediaType, patch, type });
}

function withConditions(current: KubeObject, submitted: KubeObject, { now }: RegistryContext): KubeObject {
  const time = `${now().toISOString().slice(0, 19)}Z`;
  const before = (current.status ?? {}) as Status;
  const conditions = ((submitted.status ?? {}) as Status).conditions ?? [];
  const dated = conditions.map((one) => ({
    ...one,
    lastUpdateTime: one.lastUpdateTime ?? time,
    lastTransitionTime: one.lastTransitionTime ?? time,
  }));
  const { resourceVersion, ...metadata } = current.metadata;
  const expected = submitted.metadata.resourceVersion ?? resourceVersion;
  return {
    ...current,
    metadata: { ...metadata, ...(expected && { resourceVersion: expected }) },
    status: { ...before, conditions: dated },
  };
}
