import type { Host } from "../../../hosts/host.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";

/** What phases read of a host, asked before their turn; each answer is given once, and none after something on the host changed. */
export class ReadAhead {
  readonly #host: Host;
  readonly #answers = new Map<string, OpResult>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** The host as phases see it: a batch that was asked ahead costs no round trip. */
  host(): Host {
    const host = this.#host;
    return {
      name: host.name,
      run: (argv, options) => host.run(argv, options),
      batch: async (ops, options) => this.#take(ops) ?? host.batch(ops, options),
      upload: (source, path, options) => host.upload(source, path, options),
      tunnel: (target, signal) => host.tunnel(target, signal),
      facts: () => host.facts(),
      close: () => host.close(),
    };
  }

  learn(ops: readonly Op[], results: readonly OpResult[]): void {
    for (const [index, op] of ops.entries()) {
      const result = results[index];
      if (result) this.#answers.set(keyOf(op), result);
    }
  }

  knows(ops: readonly Op[]): boolean {
    return ops.every((op) => this.#answers.has(keyOf(op)));
  }

  forget(): void {
    this.#answers.clear();
  }

  #take(ops: readonly Op[]): readonly OpResult[] | undefined {
    if (ops.length === 0 || !this.knows(ops)) return undefined;
    const results = ops.flatMap((op) => this.#answers.get(keyOf(op)) ?? []);
    for (const op of ops) this.#answers.delete(keyOf(op));
    return results;
  }
}

/** Operations that only look are equal when they say the same. */
export function keyOf(op: Op): string {
  return JSON.stringify(op);
}
