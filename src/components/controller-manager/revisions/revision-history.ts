import { isDeepStrictEqual } from "node:util";
import { isAlreadyExists, isNotFound } from "../../../kube/api-error.ts";
import type { KubeClient } from "../../../kube/client.ts";
import type { PodTemplateSpec } from "../../../kube/kinds/pod.ts";
import type { ControllerRevision } from "../../../kube/kinds/workloads.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { controllerReference } from "../../../kube/owner.ts";
import { resources } from "../../../kube/resources.ts";
import { shortHash } from "../deployment/template-hash.ts";

type Owner = KubeObject & { spec: { template: PodTemplateSpec; revisionHistoryLimit?: number } };

export const revisionHashLabel = "controller-revision-hash";

/** What a revision keeps: a patch that brings the template back (`kubectl rollout undo` applies it). */
function dataOf({ spec }: Owner): unknown {
  return { spec: { template: { ...spec.template, $patch: "replace" } } };
}

/** The revision of the owner's present template among its history, if there is one. */
function matchingRevision(owner: Owner, history: readonly ControllerRevision[]): ControllerRevision | undefined {
  const data = JSON.parse(JSON.stringify(dataOf(owner)));
  return byRevision(history).findLast((one) => isDeepStrictEqual(JSON.parse(JSON.stringify(one.data)), data));
}

function byRevision(history: readonly ControllerRevision[]): ControllerRevision[] {
  return history.toSorted((one, other) => one.revision - other.revision);
}

/** The hash label of a revision, which its pods carry. */
export function hashOfRevision({ metadata }: ControllerRevision): string {
  return metadata.labels?.[revisionHashLabel] ?? "";
}

/** The revision of the present template: found and made the newest, or created. */
export async function ensureRevision(
  client: KubeClient,
  owner: Owner,
  history: readonly ControllerRevision[],
): Promise<ControllerRevision> {
  const newest = Math.max(0, ...history.map(({ revision }) => revision));
  const existing = matchingRevision(owner, history);
  if (existing && existing.revision === newest) return existing;
  if (existing) return client.update(resources.controllerrevisions, { ...existing, revision: newest + 1 });
  return createRevision(client, owner, newest + 1);
}

async function createRevision(client: KubeClient, owner: Owner, revision: number): Promise<ControllerRevision> {
  for (let collisions = 0; ; collisions++) {
    const wanted = newRevision(owner, revision, collisions);
    try {
      return await client.create(resources.controllerrevisions, wanted);
    } catch (thrown) {
      if (!isAlreadyExists(thrown)) throw thrown;
      const { name = "", namespace } = wanted.metadata;
      const taken = await client.get<ControllerRevision>(resources.controllerrevisions, { name, namespace });
      if (matchingRevision(owner, [taken])) return taken;
    }
  }
}

function newRevision(owner: Owner, revision: number, collisions: number): ControllerRevision {
  const data = dataOf(owner);
  const hash = shortHash(data, collisions);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace ?? "",
      labels: { ...owner.spec.template.metadata?.labels, [revisionHashLabel]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  };
}

/** Deletes what the history limit does not keep, never a revision that pods still have. */
export async function trimHistory(
  client: KubeClient,
  { spec }: Owner,
  history: readonly ControllerRevision[],
  { live }: { live: ReadonlySet<string> },
): Promise<void> {
  const idle = byRevision(history).filter((one) => !live.has(hashOfRevision(one)));
  for (const { metadata } of idle.slice(0, Math.max(0, idle.length - (spec.revisionHistoryLimit ?? 10)))) {
    const { name = "", namespace } = metadata;
    try {
      await client.delete(resources.controllerrevisions, { name, namespace });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }
}
