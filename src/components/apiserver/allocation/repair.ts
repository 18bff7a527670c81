import type { KubeObject } from "../../../kube/object.ts";
import { type Fields, mapAt } from "../defaulting/missing.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type ClusterIps, managedBy } from "./cluster-ips.ts";
import type { NodePorts } from "./node-ports.ts";
import { addressesOf } from "./service-allocator.ts";
import { portsOf } from "./service-ports.ts";

type Parts = {
  readonly store: ObjectStore;
  readonly services: ResourceType;
  readonly addresses: ResourceType;
  readonly networks: readonly ClusterIps[];
  readonly ports: NodePorts;
  readonly now: () => Date;
  /** Told of each thing that was found wrong. */
  readonly found: (what: string, details: Readonly<Record<string, unknown>>) => void;
};

/** A reservation without its service is left for so long: the service may be being made. */
const graceMs = 60_000;
/** Rounds in which a port that nobody uses is kept. */
const patience = 3;

/**
 * Brings reservations in line with services, after crashes between the two writes and after backups were restored
 * (pkg/registry/core/service/{ipallocator,portallocator}/controller).
 */
export class Repairs {
  readonly #parts: Parts;
  readonly #leaks = new Map<number, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async round(): Promise<void> {
    await this.#repairAddresses();
    const used = async () => new Set((await this.#services()).flatMap((one) => portsOf(specOf(one))));
    const { missing, freed } = await this.#parts.ports.repair(used, this.#leaks, patience);
    if (missing.length > 0) this.#parts.found("Node ports of services were not reserved", { ports: missing });
    if (freed.length > 0) this.#parts.found("Node ports that no service uses were freed", { ports: freed });
  }

  async #repairAddresses(): Promise<void> {
    const { store, addresses, now } = this.#parts;
    const held = new Map((await objectsOf(store, addresses)).map((one) => [one.metadata.name ?? "", one]));
    const services = await this.#services();
    const owners = new Map(services.flatMap((one) => addressesOf(specOf(one)).map((ip) => [ip, one] as const)));
    for (const [address, service] of owners) await this.#reserve(service, address, held.get(address));
    for (const [address, object] of held) {
      const isOurs = object.metadata.labels?.[managedBy.label] === managedBy.value;
      const age = now().getTime() - Date.parse(object.metadata.creationTimestamp ?? "");
      if (isOurs && !owners.has(address) && age > graceMs) await this.#drop(address);
    }
  }

  /** Re-makes a reservation that is lost; one that is another service's is told, since nobody can know whose it should be. */
  async #reserve(service: KubeObject, address: string, object: KubeObject | undefined): Promise<void> {
    const { networks, found } = this.#parts;
    const { namespace, name } = service.metadata;
    const network = networks.find((one) => one.contains(address));
    if (!network) return found("Cluster IP is outside the service networks", { namespace, name, address });
    const parent = mapAt(mapAt((object ?? {}) as Fields, "spec"), "parentRef");
    if (object && (parent?.name !== name || parent?.namespace !== namespace))
      return found("Cluster IP is reserved for another service", { namespace, name, address, parent });
    if (!object && (await network.reserve(service, address)))
      found("Cluster IP of a service was not reserved", { namespace, name, address });
  }

  /** Only a reservation that still has no service, as it now stands in etcd, goes. */
  async #drop(address: string): Promise<void> {
    const { store, addresses, networks, services, found } = this.#parts;
    const object = await store.fresh(addresses, "", address);
    const { namespace = "", name = "" } = (mapAt(mapAt((object?.object ?? {}) as Fields, "spec"), "parentRef") ??
      {}) as {
      namespace?: string;
      name?: string;
    };
    const service = name ? await store.fresh(services, namespace, name) : undefined;
    if (service && addressesOf(specOf(service.object)).includes(address)) return;
    await networks[0]?.release([address]);
    found("Cluster IP that no service uses was freed", { address });
  }

  #services(): Promise<KubeObject[]> {
    return objectsOf(this.#parts.store, this.#parts.services);
  }
}

function specOf(object: KubeObject): Fields | undefined {
  return mapAt(object as Fields, "spec");
}

/** Every object of a resource, newer than the call. */
async function objectsOf(store: ObjectStore, type: ResourceType): Promise<KubeObject[]> {
  await store.mirror.caughtUp();
  const cache = await store.cache(type);
  return [...cache.entries.values()].map(({ body }) => JSON.parse(body.toString()) as KubeObject);
}
