import { messageOf } from "../../../base/errors.ts";
import { isReason } from "../../../kube/api-error.ts";
import type { KubeClient, ObjectList } from "../../../kube/client.ts";
import { type DiscoveredResource, discoverResources } from "../../../kube/discovery.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { collectionPath } from "../../../kube/path.ts";
import type { Remains } from "./namespace-conditions.ts";

export type Emptied = Remains & {
  /** The longest grace period among pods that are still ending, in seconds. */
  readonly graceSeconds: number;
};

/** Deletes everything in a namespace, custom resources included: pods first, the rest when none is left (KEP-5080). */
export async function emptyNamespace(client: KubeClient, namespace: string): Promise<Emptied> {
  const { found, failed } = await discoverResources(client);
  const deletable = found.filter(
    ({ namespaced, verbs }) => namespaced && verbs.includes("delete") && verbs.includes("list"),
  );
  const [pods, others] = [deletable.filter(isPods), deletable.filter((one) => !isPods(one))];
  const podRemains = await Promise.all(pods.map((one) => deleteAll(client, namespace, one)));
  const podsLeft = podRemains.some(({ count, failure }) => count > 0 || failure !== undefined);
  const otherRemains = podsLeft ? [] : await Promise.all(others.map((one) => deleteAll(client, namespace, one)));
  return summary([...podRemains, ...otherRemains], failed);
}

type Left = {
  readonly name: string;
  readonly count: number;
  readonly finalizers: readonly string[];
  readonly failure?: string;
  readonly graceSeconds: number;
};

const isPods = ({ group, resource }: DiscoveredResource): boolean => group === "" && resource === "pods";

async function deleteAll(client: KubeClient, namespace: string, resource: DiscoveredResource): Promise<Left> {
  const name = `${resource.resource}.${resource.group}`;
  const none = { name, count: 0, finalizers: [], graceSeconds: 0 };
  try {
    const before = await client.list(resource, { namespace });
    if (before.items.length === 0) return none;
    await deleteItems(client, namespace, { resource, items: before.items });
    return { name, ...remaining(await client.list(resource, { namespace })) };
  } catch (thrown) {
    // the resource went away, or never could be listed
    if (isReason(thrown, "NotFound", "MethodNotAllowed")) return none;
    return {
      ...none,
      failure: `unexpected items still remain in namespace: ${namespace} for gvr: ${name}: ${messageOf(thrown)}`,
    };
  }
}

async function deleteItems(
  client: KubeClient,
  namespace: string,
  { resource, items }: { resource: DiscoveredResource; items: readonly KubeObject[] },
): Promise<void> {
  const waiting = items.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (waiting.length === 0) return;
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  if (resource.verbs.includes("deletecollection")) {
    await client.request({ method: "DELETE", path: collectionPath(resource, namespace), body });
    return;
  }
  for (const { metadata } of waiting) {
    await client.delete(resource, { name: metadata.name ?? "", namespace }, { propagationPolicy: "Background" });
  }
}

function remaining({ items }: ObjectList): Omit<Left, "name"> {
  const finalizers = items.flatMap(({ metadata }) => metadata.finalizers ?? []);
  const graces = items.map(({ metadata }) => metadata.deletionGracePeriodSeconds ?? 0);
  return { count: items.length, finalizers, graceSeconds: Math.max(0, ...graces) };
}

function summary(left: readonly Left[], undiscovered: readonly string[]): Emptied {
  const finalizers = new Map<string, number>();
  for (const name of left.flatMap((one) => one.finalizers)) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
  return {
    undiscovered,
    failures: left.flatMap(({ failure }) => failure ?? []),
    counts: new Map(left.filter(({ count }) => count > 0).map(({ name, count }) => [name, count])),
    finalizers,
    graceSeconds: Math.max(0, ...left.map((one) => one.graceSeconds)),
  };
}
