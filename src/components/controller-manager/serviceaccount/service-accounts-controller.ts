import { isAlreadyExists } from "../../../kube/api-error.ts";
import type { Namespace, ServiceAccount } from "../../../kube/kinds/config.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";

/** Keeps the service account `default` in every namespace. */
export const serviceAccountsController: Controller = {
  name: "serviceaccount-controller",
  alias: "serviceaccount",
  account: "service-account-controller",
  start(context) {
    const namespaces = context.informers.of<Namespace>(resources.namespaces);
    const accounts = context.informers.of<ServiceAccount>(resources.serviceaccounts);
    const worker = new KeyedWorker(context, "serviceaccount", async (namespace) => {
      const isActive = namespaces.store.get(namespace)?.status?.phase !== "Terminating";
      if (!isActive || !namespaces.store.get(namespace) || accounts.store.get(`${namespace}/default`)) return;
      const metadata = { name: "default", namespace };
      try {
        await context.client.create(resources.serviceaccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
      } catch (thrown) {
        if (!isAlreadyExists(thrown)) throw thrown;
      }
    });
    return () => {
      worker.follow(namespaces);
      accounts.addHandler({ deleted: ({ metadata }) => worker.add(metadata.namespace ?? "") });
      worker.run();
    };
  },
};
