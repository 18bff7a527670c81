import { isConflict, isNotFound } from "../../../kube/api-error.ts";
import type { Secret, ServiceAccount } from "../../../kube/kinds/config.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import { resources } from "../../../kube/resources.ts";
import type { Controller, ControllerContext } from "../framework/controller.ts";
import { every } from "../framework/every.ts";

const dayMs = 24 * 3_600_000;
const unusedMs = 365 * dayMs;
const lastUsedLabel = "kubernetes.io/legacy-token-last-used";
const invalidSinceLabel = "kubernetes.io/legacy-token-invalid-since";

export type TokenFate = "keep" | "invalidate" | "delete";

/** Tokens that were made automatically and not used for a year are first marked invalid and a year later deleted (KEP-2799). */
function fateOf(
  secret: Secret,
  { isReferenced, isMounted, nowMs }: { isReferenced: boolean; isMounted: boolean; nowMs: number },
): TokenFate {
  const { labels = {}, creationTimestamp = "" } = secret.metadata;
  if (secret.type !== "kubernetes.io/service-account-token" || !isReferenced || isMounted) return "keep";
  const olderThan = (date: string | undefined) => date !== undefined && nowMs - Date.parse(date) > unusedMs;
  if (!olderThan(labels[lastUsedLabel] ?? creationTimestamp)) return "keep";
  if (labels[invalidSinceLabel] === undefined) return "invalidate";
  return olderThan(labels[invalidSinceLabel]) ? "delete" : "keep";
}

/** Retires the token secrets of old service accounts that nobody uses. */
export const legacyTokenCleaner: Controller = {
  name: "legacy-serviceaccount-token-cleaner-controller",
  alias: "legacy-service-account-token-cleaner",
  account: "legacy-service-account-token-cleaner",
  start(context) {
    const { informers, now } = context;
    const secrets = informers.of<Secret>(resources.secrets);
    const accounts = informers.of<ServiceAccount>(resources.serviceaccounts);
    const pods = informers.of<Pod>(resources.pods);
    const view = ({ metadata }: Secret) => ({
      isReferenced: accounts.store
        .list(metadata.namespace)
        .some(({ secrets = [] }) => secrets.some(({ name }) => name === metadata.name)),
      isMounted: pods.store.list(metadata.namespace).some((pod) => mounts(pod, metadata.name ?? "")),
      nowMs: now(),
    });
    return () =>
      every(context, dayMs, async () => {
        for (const secret of secrets.store.list()) await settle(context, secret, fateOf(secret, view(secret)));
      });
  },
};

async function settle({ client, now }: ControllerContext, { metadata }: Secret, fate: TokenFate): Promise<void> {
  const { name = "", namespace, uid = "", resourceVersion = "" } = metadata;
  try {
    if (fate === "delete") {
      await client.delete(resources.secrets, { name, namespace }, { preconditions: { uid, resourceVersion } });
    } else if (fate === "invalidate") {
      const labels = { [invalidSinceLabel]: new Date(now()).toISOString().slice(0, 10) };
      const body = { metadata: { uid, resourceVersion, labels } };
      await client.patch(resources.secrets, { name, namespace }, { type: "merge", body });
    }
  } catch (thrown) {
    if (!isNotFound(thrown) && !isConflict(thrown)) throw thrown;
  }
}

function mounts({ spec }: Pod, secretName: string): boolean {
  return (spec.volumes ?? []).some(
    (volume) => (volume.secret as { secretName?: string } | undefined)?.secretName === secretName,
  );
}
