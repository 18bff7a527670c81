import type { EtcdClient } from "../etcd/client.ts";

/**
 * Compacts etcd's history at an interval, as upstream's compactor does: servers agree through one key, whose version counts
 * the rounds, so that several of them compact no faster than one. What is younger than one interval stays.
 */
export class Compaction {
  readonly #etcd: EtcdClient;
  #round = 0;
  #revision = 0;

  constructor(etcd: EtcdClient) {
    this.#etcd = etcd;
  }

  /** One round: whoever writes the key first compacts to the revision that the round before saw. */
  async round(): Promise<number | undefined> {
    const current = (await this.#etcd.range(key)).kvs[0];
    const expected = current?.mod_revision ?? 0;
    const isMine = (current?.version ?? 0) === this.#round;
    const compactTo = this.#revision;
    if (!isMine) {
      this.#round = current?.version ?? 0;
      this.#revision = (await this.#etcd.range(key)).header.revision;
      return undefined;
    }
    const outcome = await this.#etcd.put(key, Buffer.from(String(compactTo)), { expected });
    this.#round = outcome.done ? this.#round + 1 : (outcome.current?.version ?? 0);
    this.#revision = outcome.revision;
    if (!outcome.done || compactTo === 0) return undefined;
    await this.#etcd.compact(compactTo);
    return compactTo;
  }
}

const key = Buffer.from("compact_rev_key");
