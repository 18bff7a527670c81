import { keyOf } from "../../../kube/informer/store.ts";
import type { ResourceQuota } from "../../../kube/kinds/policy.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { every } from "../framework/every.ts";
import { updateStatus } from "../framework/update-status.ts";
import { CountedResources } from "./counted-resources.ts";
import { countedNames, quotaUsage } from "./usage.ts";

const resyncMs = 5 * 60_000;
/** A kind that the server does not know may come. */
const unknownMs = 30_000;

/** Keeps what quotas say is used; the API server refuses what would exceed them. */
export const resourceQuotaController: Controller = {
  name: "resourcequota-controller",
  alias: "resourcequota",
  account: "resourcequota-controller",
  start(context) {
    const { informers, client } = context;
    const quotas = informers.of<ResourceQuota>(resources.resourcequotas);
    const counted = new CountedResources(context, ({ metadata }: KubeObject) => {
      for (const quota of quotas.store.list(metadata.namespace)) worker.add(keyOf(quota));
    });
    const worker: KeyedWorker = new KeyedWorker(context, "resourcequota_primary", async (key) => {
      const quota = quotas.store.get(key);
      if (!quota || quota.metadata.deletionTimestamp) return;
      const unknown = await counted.watch(countedNames(quota));
      const list = (name: string) => counted.list(name, quota.metadata.namespace);
      const used = quotaUsage(quota, { list, knows: (name) => !unknown.includes(name) });
      await updateStatus(client, resources.resourcequotas, quota, { hard: quota.spec?.hard ?? {}, used });
      if (unknown.length > 0) worker.addAfter(key, unknownMs);
    });
    return () => {
      worker.follow(quotas);
      counted.run();
      worker.run();
      every(context, resyncMs, async () => {
        await counted.tidy(new Set(quotas.store.list().flatMap(countedNames)));
        for (const key of quotas.store.keys()) worker.add(key);
      });
    };
  },
};
