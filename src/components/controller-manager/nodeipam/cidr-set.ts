import { type Cidr, cidrSize, cidrsOverlap, formatCidr, parseCidr } from "../../../base/cidr.ts";

/** The equal blocks that a cluster CIDR is cut into; gives them out in turn, so that a freed one rests before its reuse. */
export class CidrSet {
  readonly #cluster: Cidr;
  readonly #maskSize: number;
  readonly #count: number;
  readonly #used = new Set<number>();
  #next = 0;

  constructor(cluster: Cidr, maskSize: number) {
    this.#cluster = cluster;
    this.#maskSize = maskSize;
    this.#count = 2 ** Math.min(maskSize - cluster.prefix, 24);
  }

  get family(): 4 | 6 {
    return this.#cluster.address.family;
  }

  /** Takes a block, in the form "10.244.1.0/24"; undefined when none is left. */
  allocate(): string | undefined {
    for (let tried = 0; tried < this.#count; tried++) {
      const index = (this.#next + tried) % this.#count;
      if (this.#used.has(index)) continue;
      this.#used.add(index);
      this.#next = (index + 1) % this.#count;
      return formatCidr(this.#block(index));
    }
    return undefined;
  }

  /** Marks every block that the CIDR touches as taken. */
  occupy(cidr: string): void {
    for (const index of this.#indexesOf(cidr)) this.#used.add(index);
  }

  release(cidr: string): void {
    for (const index of this.#indexesOf(cidr)) this.#used.delete(index);
  }

  #block(index: number): Cidr {
    const { address } = this.#cluster;
    const size = cidrSize({ address, prefix: this.#maskSize });
    return { address: { ...address, value: address.value + BigInt(index) * size }, prefix: this.#maskSize };
  }

  #indexesOf(text: string): number[] {
    const cidr = parseCidr(text);
    if (!cidr || !cidrsOverlap(cidr, this.#cluster)) return [];
    const size = cidrSize({ address: this.#cluster.address, prefix: this.#maskSize });
    const first =
      cidr.address.value > this.#cluster.address.value ? cidr.address.value - this.#cluster.address.value : 0n;
    const blocks = cidr.prefix >= this.#maskSize ? 1n : cidrSize(cidr) / size;
    const count = Number(blocks < BigInt(this.#count) ? blocks : BigInt(this.#count));
    return Array.from({ length: count }, (_, at) => Number(first / size) + at).filter((index) => index < this.#count);
  }
}
