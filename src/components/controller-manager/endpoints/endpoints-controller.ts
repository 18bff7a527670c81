import { isDeepStrictEqual } from "node:util";
import { isAlreadyExists, isNotFound } from "../../../kube/api-error.ts";
import { keyOf, splitKey } from "../../../kube/informer/store.ts";
import type { Endpoints } from "../../../kube/kinds/endpoints.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import { selectsLabels } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { watchPodsOfServices } from "./services-of-pods.ts";
import { serviceLabels } from "./slice-metadata.ts";
import { subsetsOf } from "./subsets.ts";

const managedBy = { "endpoints.kubernetes.io/managed-by": "endpoint-controller" };

/** Keeps the Endpoints object of every service with a selector, for those who still read it. */
export const endpointsController: Controller = {
  name: "endpoints-controller",
  alias: "endpoint",
  account: "endpoint-controller",
  start(context) {
    const { informers } = context;
    const services = informers.of<Service>(resources.services);
    const pods = informers.of<Pod>(resources.pods);
    const endpoints = informers.of<Endpoints>(resources.endpoints);
    const worker = new KeyedWorker(context, "endpoint", async (key) => {
      const service = services.store.get(key);
      const existing = endpoints.store.get(key);
      if (!service) return existing && isOurs(existing) ? remove(context, key) : undefined;
      const { selector } = service.spec;
      if (!selector || service.metadata.deletionTimestamp) return;
      const chosen = pods.store
        .list(service.metadata.namespace)
        .filter(({ metadata }) => selectsLabels(selector, metadata.labels));
      await write(context, service, { existing, chosen });
    });
    return () => {
      const changed = (one: Service | Endpoints) => worker.add(keyOf(one));
      services.addHandler({ added: changed, updated: (_, one) => changed(one), deleted: changed });
      endpoints.addHandler({ added: changed, updated: (_, one) => changed(one), deleted: changed });
      watchPodsOfServices(pods, services, (key) => worker.add(key));
      worker.run();
    };
  },
};

type View = { readonly existing: Endpoints | undefined; readonly chosen: readonly Pod[] };

async function write({ client }: ControllerContext, service: Service, { existing, chosen }: View): Promise<void> {
  const { name = "", namespace = "" } = service.metadata;
  const labels = { ...serviceLabels(service), ...managedBy };
  const subsets = subsetsOf(service, chosen);
  if (
    existing &&
    isDeepStrictEqual(existing.subsets ?? [], subsets) &&
    isDeepStrictEqual(existing.metadata.labels, labels)
  )
    return;
  const content = subsets.length > 0 ? { subsets } : {};
  if (existing) {
    const { subsets: _, ...rest } = existing;
    await client.update(resources.endpoints, { ...rest, metadata: { ...existing.metadata, labels }, ...content });
    return;
  }
  try {
    const metadata = { name, namespace, labels };
    await client.create(resources.endpoints, { apiVersion: "v1", kind: "Endpoints", metadata, ...content });
  } catch (thrown) {
    if (!isAlreadyExists(thrown)) throw thrown;
  }
}

/** Endpoints that people or leader elections made are left alone. */
function isOurs({ metadata }: Endpoints): boolean {
  return metadata.labels?.["endpoints.kubernetes.io/managed-by"] === "endpoint-controller";
}

async function remove({ client }: ControllerContext, key: string): Promise<void> {
  try {
    await client.delete(resources.endpoints, splitKey(key));
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}
