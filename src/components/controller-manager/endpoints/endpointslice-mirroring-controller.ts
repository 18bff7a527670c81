import { isNotFound } from "../../../kube/api-error.ts";
import { keyOf, splitKey } from "../../../kube/informer/store.ts";
import type { EndpointSlice, Endpoints } from "../../../kube/kinds/endpoints.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { isMirrored, mirroredSlices } from "./mirror-plan.ts";
import { managedByLabel, newSlice, serviceNameLabel } from "./slice-metadata.ts";
import { slicePlan } from "./slice-plan.ts";

const manager = "endpointslicemirroring-controller.k8s.io";
const mostPerSlice = 1000;

/** Makes slices of Endpoints that are kept by hand. */
export const endpointSliceMirroringController: Controller = {
  name: "endpointslice-mirroring-controller",
  alias: "endpointslicemirroring",
  account: "endpointslicemirroring-controller",
  start(context) {
    const { informers, client } = context;
    const endpoints = informers.of<Endpoints>(resources.endpoints);
    const services = informers.of<Service>(resources.services);
    const slices = informers.of<EndpointSlice>(resources.endpointslices);
    const slicesOf = (key: string) => {
      const { namespace, name } = splitKey(key);
      const isOurs = ({ metadata: { labels = {} } }: EndpointSlice) =>
        labels[managedByLabel] === manager && labels[serviceNameLabel] === name;
      return slices.store.list(namespace).filter(isOurs);
    };
    const worker = new KeyedWorker(
      context,
      "endpoint_slice_mirroring",
      async (key) => {
        const given = endpoints.store.get(key);
        const mirrored = given && isMirrored(given, services.store.get(key)) ? given : undefined;
        const plan = slicePlan(slicesOf(key), mirrored ? mirroredSlices(mirrored) : [], mostPerSlice);
        const { labels = {} } = mirrored?.metadata ?? {};
        const created = mirrored ? plan.create.map((content) => newSlice(mirrored, { labels, manager }, content)) : [];
        for (const slice of created) await client.create(resources.endpointslices, slice);
        for (const slice of plan.update) await client.update(resources.endpointslices, slice);
        for (const slice of plan.remove)
          await client.delete(resources.endpointslices, splitKey(keyOf(slice))).catch(ignoreGone);
      },
      { workers: 5 },
    );
    return () => {
      const changed = (one: Endpoints | Service) => worker.add(keyOf(one));
      const handler = {
        added: changed,
        updated: (_: Endpoints | Service, one: Endpoints | Service) => changed(one),
        deleted: changed,
      };
      endpoints.addHandler(handler);
      services.addHandler(handler);
      worker.run();
    };
  },
};

function ignoreGone(thrown: unknown): void {
  if (!isNotFound(thrown)) throw thrown;
}
