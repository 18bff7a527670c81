import { keyOf } from "../../../kube/informer/store.ts";
import type { ResourceQuota } from "../../../kube/kinds/policy.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { type ResourceInfo, resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { every } from "../framework/every.ts";
import { updateStatus } from "../framework/update-status.ts";
import { quotaUsage } from "./usage.ts";

const resyncMs = 5 * 60_000;

/** What quotas can count, by the names that they use. */
const countable: Readonly<Record<string, ResourceInfo>> = {
  pods: resources.pods,
  services: resources.services,
  secrets: resources.secrets,
  configmaps: resources.configmaps,
  persistentvolumeclaims: resources.persistentvolumeclaims,
  replicationcontrollers: resources.replicationcontrollers,
  resourcequotas: resources.resourcequotas,
  "deployments.apps": resources.deployments,
  "replicasets.apps": resources.replicasets,
  "statefulsets.apps": resources.statefulsets,
  "daemonsets.apps": resources.daemonsets,
  "jobs.batch": resources.jobs,
  "cronjobs.batch": resources.cronjobs,
};

/** Keeps what quotas say is used; the API server refuses what would exceed them. */
export const resourceQuotaController: Controller = {
  name: "resourcequota-controller",
  alias: "resourcequota",
  account: "resourcequota-controller",
  start(context) {
    const { informers, client } = context;
    const quotas = informers.of<ResourceQuota>(resources.resourcequotas);
    const stores = Object.entries(countable).map(([name, resource]) => ({ name, informer: informers.of(resource) }));
    const worker = new KeyedWorker(context, async (key) => {
      const quota = quotas.store.get(key);
      if (!quota || quota.metadata.deletionTimestamp) return;
      const { namespace } = quota.metadata;
      const list = (name: string) => stores.find((one) => one.name === name)?.informer.store.list(namespace) ?? [];
      const status = { hard: quota.spec?.hard ?? {}, used: quotaUsage(quota, { list }) };
      await updateStatus(client, resources.resourcequotas, quota, status);
    });
    const changed = ({ metadata }: KubeObject) => {
      for (const quota of quotas.store.list(metadata.namespace)) worker.add(keyOf(quota));
    };
    return () => {
      quotas.addHandler({ added: (one) => worker.add(keyOf(one)), updated: (_, one) => worker.add(keyOf(one)) });
      for (const { name, informer } of stores) {
        const updated =
          name === "pods" || name === "services" ? (_: KubeObject, one: KubeObject) => changed(one) : undefined;
        informer.addHandler({ added: changed, deleted: changed, ...(updated ? { updated } : {}) });
      }
      worker.run();
      every(context, resyncMs, () => {
        for (const key of quotas.store.keys()) worker.add(key);
      });
    };
  },
};
