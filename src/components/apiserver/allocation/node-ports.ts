import { randomInt } from "node:crypto";
import type { KubeObject } from "../../../kube/object.ts";
import type { EtcdClient } from "../etcd/client.ts";
import { ApiError } from "../http/api-error.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";

export type PortRange = { readonly first: number; readonly last: number };
/** What a repair changed. */
export type Repair = { readonly missing: readonly number[]; readonly freed: readonly number[] };
type Allocation = { readonly bits: bigint; readonly revision: number };

/** Node ports in use, in upstream's bitmap: one RangeAllocation in etcd, changed by transactions. */
export class NodePorts {
  readonly #etcd: EtcdClient;
  readonly #key: Buffer;
  readonly #range: PortRange;

  constructor(etcd: EtcdClient, root: string, range: PortRange) {
    this.#etcd = etcd;
    this.#key = Buffer.from(`${root}/ranges/servicenodeports`);
    this.#range = range;
  }

  /** Reserves the wanted port, or a free one; throws 422 when it is taken or out of range. */
  async take(wanted: number | undefined, service: KubeObject): Promise<number> {
    const { first, last } = this.#range;
    if (wanted !== undefined && (wanted < first || wanted > last)) {
      throw refused(
        service,
        wanted,
        `provided port is not in the valid range. The range of valid ports is ${first}-${last}`,
      );
    }
    for (;;) {
      const { bits, revision } = await this.#read();
      const port = wanted ?? this.#free(bits);
      const bit = 1n << BigInt(port - first);
      if (bits & bit) throw refused(service, port, "provided port is already allocated");
      if (await this.#write(bits | bit, revision)) return port;
    }
  }

  async release(ports: readonly number[]): Promise<void> {
    if (ports.length === 0) return;
    for (;;) {
      const { bits, revision } = await this.#read();
      const mask = ports.reduce((sum, port) => sum | (1n << BigInt(port - this.#range.first)), 0n);
      if (await this.#write(bits & ~mask, revision)) return;
    }
  }

  /**
   * Makes the allocation what services use: adds what is missing, and frees what none has used for `patience` rounds.
   * `used` is read after the allocation, and written only if nobody else did: a service that is being made is not robbed.
   */
  async repair(
    used: () => Promise<ReadonlySet<number>>,
    leaks: Map<number, number>,
    patience: number,
  ): Promise<Repair> {
    const { bits, revision } = await this.#read();
    const wanted = [...(await used())].filter((port) => port >= this.#range.first && port <= this.#range.last);
    const isSet = (port: number) => (bits & this.#bit(port)) !== 0n;
    const missing = wanted.filter((port) => !isSet(port));
    const unused = this.#all().filter((port) => isSet(port) && !wanted.includes(port));
    for (const port of leaks.keys()) if (!unused.includes(port)) leaks.delete(port);
    for (const port of unused) leaks.set(port, (leaks.get(port) ?? 0) + 1);
    const freed = unused.filter((port) => (leaks.get(port) ?? 0) > patience);
    if (missing.length === 0 && freed.length === 0) return { missing, freed };
    const added = missing.reduce((sum, port) => sum | this.#bit(port), bits);
    const next = freed.reduce((sum, port) => sum & ~this.#bit(port), added);
    if (!(await this.#write(next, revision))) return { missing: [], freed: [] };
    for (const port of freed) leaks.delete(port);
    return { missing, freed };
  }

  #bit(port: number): bigint {
    return 1n << BigInt(port - this.#range.first);
  }

  #all(): number[] {
    const { first, last } = this.#range;
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  }

  #free(bits: bigint): number {
    const { first, last } = this.#range;
    const size = last - first + 1;
    // The lower part is left to services that ask for a port (KEP-3668).
    const reserved = Math.min(Math.max(16, Math.floor(size / 32)), 128);
    const start = randomInt(reserved, size);
    for (let step = 0; step < size; step += 1) {
      const offset = (start + step) % size;
      if (!(bits & (1n << BigInt(offset)))) return first + offset;
    }
    throw new ApiError(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full");
  }

  async #read(): Promise<Allocation> {
    const [kv] = (await this.#etcd.range(this.#key)).kvs;
    if (!kv) return { bits: 0n, revision: 0 };
    const { data = "" } = JSON.parse(kv.value.toString()) as { data?: string };
    const hex = Buffer.from(data, "base64").toString("hex");
    return { bits: hex ? BigInt(`0x${hex}`) : 0n, revision: kv.mod_revision };
  }

  async #write(bits: bigint, revision: number): Promise<boolean> {
    const hex = bits.toString(16);
    const data = bits === 0n ? "" : Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex").toString("base64");
    const range = `${this.#range.first}-${this.#range.last}`;
    const value = { kind: "RangeAllocation", apiVersion: "v1", metadata: { creationTimestamp: null }, range, data };
    return (await this.#etcd.put(this.#key, Buffer.from(JSON.stringify(value)), { expected: revision })).done;
  }
}

function refused({ metadata }: KubeObject, port: number, why: string): ApiError {
  const subject = { group: "", kind: "Service", resource: "services", name: metadata.name ?? "" };
  return invalidObject(subject, [invalid("spec.ports[0].nodePort", port, why)]);
}
