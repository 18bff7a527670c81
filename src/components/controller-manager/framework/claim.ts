import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { KubeObject, Resource } from "../../../kube/object.ts";
import { controllerOf, controllerReference } from "../../../kube/owner.ts";
import { resourceOfKind } from "../../../kube/resources.ts";

export type Claim = "owned" | "adopt" | "release" | "leave";

/** What an owner does with a candidate: it adopts matching orphans, releases its own that match no longer. */
export function claimOf(owner: KubeObject, candidate: KubeObject, matches: boolean): Claim {
  const controller = controllerOf(candidate.metadata);
  if (controller && controller.uid !== owner.metadata.uid) return "leave";
  if (controller) return matches || owner.metadata.deletionTimestamp ? "owned" : "release";
  const goes = owner.metadata.deletionTimestamp || candidate.metadata.deletionTimestamp;
  return matches && !goes ? "adopt" : "leave";
}

/**
 * Adopts and releases as `claimOf` says and gives what the owner controls after that. Before the first adoption the
 * server is asked for the owner: what an orphaning deletion sets free must not be taken back by a stale cache.
 */
export async function claim<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  owner: KubeObject,
  { candidates, matches }: { candidates: readonly T[]; matches: (candidate: T) => boolean },
): Promise<T[]> {
  const owned: T[] = [];
  let mayAdopt: Promise<boolean> | undefined;
  for (const candidate of candidates) {
    const verdict = claimOf(owner, candidate, matches(candidate));
    if (verdict === "owned") owned.push(candidate);
    if (verdict === "adopt") {
      mayAdopt ??= lives(client, owner);
      if (await mayAdopt) owned.push(...(await setOwners(client, resource, candidate, adopted(owner, candidate))));
    }
    if (verdict === "release") await setOwners(client, resource, candidate, released(owner, candidate));
  }
  return owned;
}

async function lives(client: KubeClient, owner: KubeObject): Promise<boolean> {
  const resource = resourceOfKind(owner);
  if (!resource) return false;
  const { name = "", namespace, uid } = owner.metadata;
  try {
    const { metadata } = await client.get(resource, { name, namespace });
    return metadata.uid === uid && metadata.deletionTimestamp === undefined;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

function adopted(owner: KubeObject, { metadata }: KubeObject) {
  return [...(metadata.ownerReferences ?? []), controllerReference(owner)];
}

function released(owner: KubeObject, { metadata }: KubeObject) {
  return (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
}

/** Nothing where the candidate went or changed meanwhile: the watch will bring it again. */
async function setOwners<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  candidate: T,
  ownerReferences: KubeObject["metadata"]["ownerReferences"],
): Promise<T[]> {
  const { name = "", namespace, uid, resourceVersion } = candidate.metadata;
  const body = { metadata: { uid, resourceVersion, ownerReferences } };
  try {
    return [await client.patch<T>(resource, { name, namespace }, { type: "merge", body })];
  } catch (thrown) {
    if (isNotFound(thrown) || isConflict(thrown)) return [];
    throw thrown;
  }
}
