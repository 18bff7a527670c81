import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../kube/object.ts";
import type { User } from "../authn/user.ts";
import { badRequest, conflict, notFound, type Subject } from "../http/api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { Stored } from "../storage/object-store.ts";
import type { RegistryContext } from "./context.ts";
import { isFinished } from "./update.ts";

export type DeleteOptions = {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
};
export type Deletion = {
  readonly namespace: string;
  readonly name: string;
  readonly user: User;
  readonly dryRun: boolean;
  readonly warnings: string[];
  readonly options: DeleteOptions;
};
/** Gone at once, or still there with a deletionTimestamp. */
export type Deleted = { readonly gone: boolean; readonly object: KubeObject };

/** Deletes an object, or marks it where finalizers or a grace period hold it. */
export async function deleteObject(context: RegistryContext, type: ResourceType, deletion: Deletion): Promise<Deleted> {
  const subject: Subject = { group: type.group, resource: type.resource, name: deletion.name };
  let current = await context.store.fresh(type, deletion.namespace, deletion.name);
  for (;;) {
    if (!current) throw notFound(subject);
    checkPreconditions(current, subject, deletion.options);
    await admit(context, type, { deletion, old: current.object });
    const object = marked(current.object, type, { deletion, now: context.now() });
    const gone = isFinished(object, type);
    if (deletion.dryRun || (!gone && isDeepStrictEqual(object, current.object)))
      return { gone, object: gone ? current.object : object };
    const result = gone
      ? await context.store.remove(type, object, current.revision)
      : await context.store.replace(type, object, { expected: current.revision });
    if (result.kind === "done") {
      if (gone) await context.allocator.release(type, object);
      object.metadata.resourceVersion = String(result.revision);
      return { gone, object };
    }
    current = result.current;
  }
}

async function admit(
  context: RegistryContext,
  type: ResourceType,
  { deletion, old }: { deletion: Deletion; old: KubeObject },
): Promise<void> {
  const attributes = { ...deletion, operation: "DELETE" as const, type, subresource: "", object: undefined, old };
  await context.admission.mutate(attributes);
  await context.admission.validate(attributes);
}

function checkPreconditions({ object, revision }: Stored, subject: Subject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid && uid !== object.metadata.uid) {
    throw conflict(
      subject,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`,
    );
  }
  if (resourceVersion && resourceVersion !== String(revision)) {
    throw conflict(
      subject,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${revision}`,
    );
  }
}

/** The object with its deletion written into metadata. */
function marked(old: KubeObject, type: ResourceType, { deletion, now }: { deletion: Deletion; now: Date }): KubeObject {
  const object = structuredClone(old);
  const { metadata } = object;
  const grace = gracePeriod(old, type, deletion.options);
  const held = metadata.deletionGracePeriodSeconds;
  // A deletion already under way can only be made shorter.
  const seconds = metadata.deletionTimestamp && held !== undefined ? Math.min(grace, held) : grace;
  if (!metadata.deletionTimestamp || seconds !== held) {
    const requested = metadata.deletionTimestamp
      ? Date.parse(metadata.deletionTimestamp) - (held ?? 0) * 1000
      : now.getTime();
    metadata.deletionTimestamp = `${new Date(requested + seconds * 1000).toISOString().slice(0, 19)}Z`;
    metadata.deletionGracePeriodSeconds = seconds;
    if (metadata.generation !== undefined && old.metadata.deletionTimestamp === undefined) metadata.generation += 1;
  }
  applyPropagation(object, deletion.options);
  if (type.kind === "Namespace" && !type.group) object.status = { ...(object.status as object), phase: "Terminating" };
  return object;
}

/** Only pods are given time: the kubelet that runs them ends it with a deletion of zero seconds. */
function gracePeriod(pod: KubeObject, type: ResourceType, { gracePeriodSeconds }: DeleteOptions): number {
  if (type.group !== "" || type.kind !== "Pod") return 0;
  const spec = pod.spec as { nodeName?: string; terminationGracePeriodSeconds?: number };
  const { phase } = (pod.status ?? {}) as { phase?: string };
  if (!spec.nodeName || phase === "Succeeded" || phase === "Failed") return 0;
  const seconds = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  return seconds < 0 ? 1 : seconds;
}

const dependentFinalizers = ["foregroundDeletion", "orphan"];

function applyPropagation({ metadata }: KubeObject, { propagationPolicy, orphanDependents }: DeleteOptions): void {
  const policy =
    propagationPolicy ?? (orphanDependents === undefined ? undefined : orphanDependents ? "Orphan" : "Background");
  if (policy === undefined) return;
  const finalizer = { Foreground: "foregroundDeletion", Orphan: "orphan", Background: undefined };
  if (!Object.hasOwn(finalizer, policy)) {
    throw badRequest(
      `propagationPolicy: Unsupported value: "${policy}": supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  const wanted = finalizer[policy as keyof typeof finalizer];
  const others = (metadata.finalizers ?? []).filter((one) => !dependentFinalizers.includes(one));
  const finalizers = wanted ? [...others, wanted] : others;
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}
