import { isDeepStrictEqual } from "node:util";
import { isNotFound } from "../../../kube/api-error.ts";
import { keyOf } from "../../../kube/informer/store.ts";
import type { Namespace } from "../../../kube/kinds/config.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { emptyNamespace } from "./empty-namespace.ts";
import { isEmpty, namespaceConditions } from "./namespace-conditions.ts";

/** A moment for a namespace's last creations to be seen before the first pass (upstream's namespaceDeletionGracePeriod). */
const settleMs = 500;

/** What is left goes soon, or waits for somebody's finalizers: each look costs a list of every resource. */
const againMs = { first: 500, most: 15_000 } as const;

/** Empties namespaces that are being deleted, then lets them go. */
export const namespaceController: Controller = {
  name: "namespace-controller",
  alias: "namespace",
  account: "namespace-controller",
  start(context) {
    const namespaces = context.informers.of<Namespace>(resources.namespaces);
    const pods = context.informers.of<Pod>(resources.pods);
    const workers = context.options["concurrent-namespace-syncs"];
    const passes = new Map<string, number>();
    const worker: KeyedWorker = new KeyedWorker(
      context,
      "namespace",
      async (key) => {
        const namespace = namespaces.store.get(key);
        const graceSeconds = namespace?.metadata.deletionTimestamp && (await terminate(context, namespace));
        if (typeof graceSeconds !== "number") return void passes.delete(key);
        const pass = passes.get(key) ?? 0;
        passes.set(key, pass + 1);
        worker.addAfter(key, waitMs(graceSeconds, pass));
      },
      { workers },
    );
    const seen = (namespace: Namespace) => {
      if (namespace.metadata.deletionTimestamp) worker.addAfter(keyOf(namespace), settleMs);
    };
    return () => {
      namespaces.addHandler({
        added: seen,
        // its conditions are ours: only the deletion itself is news
        updated: (old, namespace) => {
          if (!old.metadata.deletionTimestamp) seen(namespace);
        },
      });
      // the rest can go as soon as the last pod is gone, which may be long before its grace period ends
      pods.addHandler({
        deleted: ({ metadata: { namespace = "" } }) => {
          const isWaiting = namespaces.store.get(namespace)?.metadata.deletionTimestamp !== undefined;
          if (isWaiting && pods.store.list(namespace).length === 0) worker.add(namespace);
        },
      });
      worker.run();
    };
  },
};

/** Pods are waited for half of their grace period, everything else longer with each pass. */
export function waitMs(graceSeconds: number, pass: number): number {
  if (graceSeconds > 0) return (graceSeconds * 1000) / 2 + againMs.first;
  return Math.min(againMs.most, againMs.first * 2 ** pass);
}

/** One pass; gives the longest grace period of what is left, in seconds, or undefined when the namespace was let go. */
async function terminate({ client, now }: ControllerContext, given: Namespace): Promise<number | undefined> {
  const namespace = await refreshed(client, given);
  if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes("kubernetes")) return undefined;
  const remains = await emptyNamespace(client, namespace.metadata.name ?? "");
  const conditions = namespaceConditions(namespace.status?.conditions, remains, now());
  const current = await writeConditions(client, namespace, conditions);
  if (!isEmpty(remains)) return remains.graceSeconds;
  await finalize(client, current);
  return undefined;
}

async function refreshed(client: ControllerContext["client"], { metadata }: Namespace): Promise<Namespace | undefined> {
  try {
    const namespace = await client.get<Namespace>(resources.namespaces, { name: metadata.name ?? "" });
    return namespace.metadata.uid === metadata.uid ? namespace : undefined;
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

async function writeConditions(
  client: ControllerContext["client"],
  namespace: Namespace,
  conditions: NonNullable<Namespace["status"]>["conditions"],
): Promise<Namespace> {
  if (isDeepStrictEqual(namespace.status?.conditions, conditions)) return namespace;
  const status = { ...namespace.status, phase: "Terminating" as const, conditions: conditions ?? [] };
  return client.update(resources.namespaces, { ...namespace, status }, { subresource: "status" });
}

/** Gives up the finalizer: the API server then removes the namespace. */
async function finalize(client: ControllerContext["client"], namespace: Namespace): Promise<void> {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((one) => one !== "kubernetes");
  try {
    await client.update(
      resources.namespaces,
      { ...namespace, spec: { ...namespace.spec, finalizers } },
      { subresource: "finalize" },
    );
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
