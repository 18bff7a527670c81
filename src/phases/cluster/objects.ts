import { isReason } from "../../kube/api-error.ts";
import type { KubeClient } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resourceOfKind } from "../../kube/resources.ts";
import type { ClusterChange, Mode } from "../engine/phase.ts";
import { holds } from "./holds.ts";
import { objectDiff } from "./object-diff.ts";

const fieldManager = "slipway";

/**
 * Makes objects exist with the fields that are wished, by server-side apply; fields that others set stay. Objects that
 * have all wished fields already cost one GET and are not touched.
 */
export async function convergeObjects(
  client: KubeClient,
  objects: readonly KubeObject[],
  mode: Mode,
): Promise<readonly ClusterChange[]> {
  const found = await Promise.all(objects.map((object) => find(client, object)));
  const changes: ClusterChange[] = [];
  for (const [index, wished] of objects.entries()) {
    const current = found[index];
    if (current && holds(current, wished)) continue;
    if (mode === "apply") await apply(client, wished);
    changes.push(changeOf(current, wished));
  }
  return changes;
}

/** The changes that making all of these would be, where there is no cluster to ask yet. */
export function allCreated(objects: readonly KubeObject[]): readonly ClusterChange[] {
  return objects.map((object) => changeOf(undefined, object));
}

async function find(client: KubeClient, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await client.get(resourceFor(object), keyOf(object));
  } catch (thrown) {
    if (isReason(thrown, "NotFound")) return undefined;
    throw thrown;
  }
}

async function apply(client: KubeClient, object: KubeObject): Promise<void> {
  await client.patch(
    resourceFor(object),
    keyOf(object),
    { type: "apply", body: object },
    { fieldManager, force: true },
  );
}

function changeOf(current: KubeObject | undefined, wished: KubeObject): ClusterChange {
  const { name, namespace } = wished.metadata;
  const object = `${wished.kind}/${namespace ? `${namespace}/` : ""}${name}`;
  if (!current) return { object, action: "create" };
  const isSecret = wished.kind === "Secret";
  return { object, action: "update", ...(isSecret ? {} : { diff: objectDiff(object, current, wished) }) };
}

function resourceFor(object: KubeObject) {
  const resource = resourceOfKind(object);
  if (!resource) throw new Error(`${object.apiVersion} ${object.kind} is no built-in kind`);
  return resource;
}

function keyOf({ metadata }: KubeObject) {
  return { name: metadata.name ?? "", namespace: metadata.namespace };
}
