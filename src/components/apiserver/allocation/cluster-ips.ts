import { randomInt } from "node:crypto";
import { type Cidr, cidrContains, cidrSize, formatCidr, nthAddress } from "../../../base/cidr.ts";
import { formatIp, parseIp } from "../../../base/ip-address.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { ApiError } from "../http/api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type FieldError, invalid, invalidObject } from "../validation/field-error.ts";

const attempts = 256;
/** Tells the addresses that are reserved here from those that others keep. */
export const managedBy = { label: "ipaddress.kubernetes.io/managed-by", value: "ipallocator.k8s.io" } as const;

/** Addresses of services: each one in use is an IPAddress object, whose creation is the reservation (KEP-1880). */
export class ClusterIps {
  readonly #store: ObjectStore;
  readonly #type: ResourceType;
  readonly #cidr: Cidr;
  readonly #stamp: () => { uid: string; creationTimestamp: string };

  constructor(
    store: ObjectStore,
    type: ResourceType,
    options: { cidr: Cidr; stamp: () => { uid: string; creationTimestamp: string } },
  ) {
    this.#store = store;
    this.#type = type;
    this.#cidr = options.cidr;
    this.#stamp = options.stamp;
  }

  get family(): "IPv4" | "IPv6" {
    return this.#cidr.address.family === 4 ? "IPv4" : "IPv6";
  }

  /** Reserves the wanted address, or a random free one; throws 422 when it can't. */
  async take(service: KubeObject, wanted: string | undefined): Promise<string> {
    if (wanted) return this.#takeNamed(service, wanted);
    const last = Number(this.#cidrEnd());
    // The first addresses are left to services that ask for one by name (KEP-3070).
    const reserved = Math.min(Math.max(16, Math.floor((last + 1) / 16)), 256);
    const start = last > reserved * 2 ? reserved : 1;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const address = nthAddress(this.#cidr, randomInt(start, last));
      const text = address && formatIp(address);
      if (text && (await this.reserve(service, text))) return text;
    }
    throw new ApiError(500, "InternalError", "Internal error occurred: failed to allocate a serviceIP: range is full");
  }

  /** Frees addresses, of whichever network. */
  async release(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      const held = await this.#store.fresh(this.#type, "", address);
      if (held) await this.#store.remove(this.#type, held.object, held.revision);
    }
  }

  async #takeNamed(service: KubeObject, wanted: string): Promise<string> {
    const address = parseIp(wanted);
    const field = "spec.clusterIPs";
    if (!address)
      throw refused(
        service,
        invalid(`${field}[0]`, wanted, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
      );
    if (!cidrContains(this.#cidr, address)) {
      const why = `failed to allocate IP ${wanted}: the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${formatCidr(this.#cidr)}`;
      throw refused(service, invalid(field, [wanted], why));
    }
    const text = formatIp(address);
    if (await this.reserve(service, text)) return text;
    throw refused(
      service,
      invalid(field, [wanted], `failed to allocate IP ${wanted}: provided IP is already allocated`),
    );
  }

  #cidrEnd(): bigint {
    const size = cidrSize(this.#cidr);
    const end = size > 2n ** 32n ? 2n ** 32n : size;
    return end - 1n;
  }

  contains(address: string): boolean {
    const parsed = parseIp(address);
    return parsed !== undefined && cidrContains(this.#cidr, parsed);
  }

  /** Writes the object that stands for the reservation of an address; false when there is one. */
  async reserve({ metadata }: KubeObject, address: string): Promise<boolean> {
    const object: KubeObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "IPAddress",
      metadata: {
        name: address,
        ...this.#stamp(),
        labels: {
          "ipaddress.kubernetes.io/ip-family": this.family,
          [managedBy.label]: managedBy.value,
        },
      },
      spec: { parentRef: { group: "", resource: "services", namespace: metadata.namespace, name: metadata.name } },
    };
    return (await this.#store.create(this.#type, object)).kind === "done";
  }
}

function refused({ metadata }: KubeObject, error: FieldError): ApiError {
  return invalidObject({ group: "", kind: "Service", resource: "services", name: metadata.name ?? "" }, [error]);
}
