import { type EndpointSlice, type Service, serviceNameLabel, triggerTimeAnnotation } from "./objects.ts";
import { type ServicePort, servicePorts } from "./service-port.ts";

type Named = { metadata: { namespace?: string; name?: string } };

/** The ports of all Services, computed anew only for those that changed since the last look. */
export class ServiceTable {
  readonly #services = new Map<string, Service>();
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  readonly #ports = new Map<string, readonly ServicePort[]>();
  readonly #changed = new Set<string>();
  #triggers: number[] = [];
  readonly #options: { readonly node: string; readonly family: "ipv4" | "ipv6" };

  constructor(options: { node: string; family: "ipv4" | "ipv6" }) {
    this.#options = options;
  }

  setService(service: Service): void {
    this.#services.set(keyOf(service), service);
    this.#changed.add(keyOf(service));
  }

  deleteService(service: Service): void {
    this.#services.delete(keyOf(service));
    this.#changed.add(keyOf(service));
  }

  setSlice(slice: EndpointSlice): void {
    const key = serviceKeyOf(slice);
    const trigger = Date.parse(slice.metadata.annotations?.[triggerTimeAnnotation] ?? "");
    if (isFamilyOf(slice, this.#options.family) && !Number.isNaN(trigger)) this.#triggers.push(trigger);
    const slices = this.#slices.get(key) ?? new Map();
    this.#slices.set(key, slices.set(keyOf(slice), slice));
    this.#changed.add(key);
  }

  deleteSlice(slice: EndpointSlice): void {
    const key = serviceKeyOf(slice);
    this.#slices.get(key)?.delete(keyOf(slice));
    this.#changed.add(key);
  }

  /** When the changes happened that came in since the last look; milliseconds since 1970. */
  takeTriggers(): readonly number[] {
    const taken = this.#triggers;
    this.#triggers = [];
    return taken;
  }

  /** All ports as they are now. */
  ports(): readonly ServicePort[] {
    for (const key of this.#changed) {
      const service = this.#services.get(key);
      const slices = [...(this.#slices.get(key)?.values() ?? [])];
      if (service) this.#ports.set(key, servicePorts(service, slices, this.#options));
      else this.#ports.delete(key);
      if (slices.length === 0) this.#slices.delete(key);
    }
    this.#changed.clear();
    return [...this.#ports.values()].flat();
  }
}

function keyOf({ metadata: { namespace, name } }: Named): string {
  return `${namespace}/${name}`;
}

function serviceKeyOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.labels?.[serviceNameLabel]}`;
}

function isFamilyOf({ addressType }: EndpointSlice, family: "ipv4" | "ipv6"): boolean {
  return addressType.toLowerCase() === family;
}
