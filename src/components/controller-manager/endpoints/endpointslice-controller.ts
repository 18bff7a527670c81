import { isDeepStrictEqual } from "node:util";
import { isNotFound } from "../../../kube/api-error.ts";
import type { Informer } from "../../../kube/informer/informer.ts";
import { keyOf, splitKey } from "../../../kube/informer/store.ts";
import type { EndpointSlice } from "../../../kube/kinds/endpoints.ts";
import type { Node } from "../../../kube/kinds/node.ts";
import type { Pod } from "../../../kube/kinds/pod.ts";
import type { Service } from "../../../kube/kinds/service.ts";
import { selectsLabels } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, type ControllerContext, KeyedWorker } from "../framework/controller.ts";
import { Expectations } from "../framework/expectations.ts";
import { watchPodsOfServices } from "./services-of-pods.ts";
import { managedByLabel, newSlice, serviceLabels, serviceNameLabel } from "./slice-metadata.ts";
import { type SlicePlan, slicePlan } from "./slice-plan.ts";
import { wantedSlices } from "./wanted-slices.ts";

const manager = "endpointslice-controller.k8s.io";
const mostPerSlice = 100;

/** Keeps the EndpointSlices of every service with a selector. */
export const endpointSliceController: Controller = {
  name: "endpointslice-controller",
  alias: "endpointslice",
  account: "endpointslice-controller",
  start(context) {
    const loop = new SliceLoop(context);
    return () => loop.run();
  },
};

class SliceLoop {
  readonly #context: ControllerContext;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  readonly #expectations = new Expectations();
  readonly #worker: KeyedWorker;

  constructor(context: ControllerContext) {
    const { informers } = context;
    this.#context = context;
    this.#services = informers.of<Service>(resources.services);
    this.#slices = informers.of<EndpointSlice>(resources.endpointslices);
    this.#slices.store.addIndex("service", (slice) => [serviceKeyOf(slice) ?? ""]);
    this.#pods = informers.of<Pod>(resources.pods);
    this.#nodes = informers.of<Node>(resources.nodes);
    this.#worker = new KeyedWorker(context, "endpoint_slice", (key) => this.#sync(key), { workers: 5 });
  }

  run(): void {
    const enqueue = (key: string) => this.#worker.add(key);
    this.#services.addHandler({
      added: (service) => enqueue(keyOf(service)),
      updated: (_, service) => enqueue(keyOf(service)),
      deleted: (service) => enqueue(keyOf(service)),
    });
    watchPodsOfServices(this.#pods, this.#services, enqueue);
    const ours = (slice: EndpointSlice) => slice.metadata.labels?.[managedByLabel] === manager;
    const changed = (slice: EndpointSlice) => {
      const key = ours(slice) ? serviceKeyOf(slice) : undefined;
      if (key) enqueue(key);
    };
    this.#slices.addHandler({
      added: (slice) => {
        if (ours(slice)) this.#expectations.creationObserved(serviceKeyOf(slice) ?? "");
        changed(slice);
      },
      updated: (_, slice) => changed(slice),
      deleted: changed,
    });
    this.#worker.run();
  }

  async #sync(key: string): Promise<void> {
    const service = this.#services.store.get(key);
    // the garbage collector takes the slices of a service that is gone
    if (!service?.spec.selector || service.spec.type === "ExternalName" || service.metadata.deletionTimestamp) {
      return this.#expectations.forget(key);
    }
    if (!this.#expectations.satisfied(key)) return;
    const { selector } = service.spec;
    const pods = this.#pods.store
      .list(service.metadata.namespace)
      .filter(({ metadata }) => selectsLabels(selector, metadata.labels));
    const wanted = wantedSlices(service, pods, (name) => this.#nodes.store.get(name));
    const plan = slicePlan(this.#slicesOf(key), wanted, mostPerSlice);
    await this.#execute(key, service, plan);
  }

  #slicesOf(serviceKey: string): EndpointSlice[] {
    const slices = this.#slices.store.byIndex("service", serviceKey);
    return slices.filter(
      ({ metadata }) => metadata.labels?.[managedByLabel] === manager && !metadata.deletionTimestamp,
    );
  }

  async #execute(key: string, service: Service, plan: SlicePlan): Promise<void> {
    const { client } = this.#context;
    const labels = serviceLabels(service);
    if (plan.create.length > 0) this.#expectations.expectCreations(key, plan.create.length);
    for (const content of plan.create) {
      try {
        await client.create(resources.endpointslices, newSlice(service, { labels, manager }, content));
      } catch (thrown) {
        this.#expectations.creationObserved(key);
        throw thrown;
      }
    }
    const changed = new Map(plan.update.map((slice) => [keyOf(slice), slice]));
    for (const slice of this.#slicesOf(key)) {
      if (plan.remove.includes(slice)) await remove(this.#context, slice);
      else await this.#update(slice, changed.get(keyOf(slice)) ?? slice, labels);
    }
  }

  async #update(old: EndpointSlice, slice: EndpointSlice, labels: Record<string, string>): Promise<void> {
    const { [serviceNameLabel]: service = "" } = old.metadata.labels ?? {};
    const wanted = { ...labels, [serviceNameLabel]: service, [managedByLabel]: manager };
    if (old === slice && isDeepStrictEqual(old.metadata.labels, wanted)) return;
    const changed = { ...slice, metadata: { ...slice.metadata, labels: wanted } };
    await this.#context.client.update(resources.endpointslices, changed);
  }
}

async function remove({ client }: ControllerContext, slice: EndpointSlice): Promise<void> {
  try {
    await client.delete(resources.endpointslices, splitKey(keyOf(slice)));
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

function serviceKeyOf({ metadata }: EndpointSlice): string | undefined {
  const name = metadata.labels?.[serviceNameLabel];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
}
