/** The calls of etcd v3 that the API server makes. */
import type { GrpcTls } from "./connection.ts";
import { GrpcChannel } from "./grpc.ts";
import { GrpcError, grpcCodes } from "./grpc-error.ts";
import { decode, encode, type KeyValue, type RangeResponse, type TxnResponse } from "./messages.ts";

export type RangeOptions = {
  readonly end?: Buffer;
  readonly limit?: number;
  readonly revision?: number;
  readonly countOnly?: boolean;
  readonly keysOnly?: boolean;
};
/** A conditional write: what was done at which revision, or what stands there instead. */
export type WriteOutcome =
  | { readonly done: true; readonly revision: number }
  | { readonly done: false; readonly current: KeyValue | undefined; readonly revision: number };

const deadlineMs = 10_000;

export class EtcdClient {
  readonly channel: GrpcChannel;

  constructor(endpoints: readonly string[], tls: () => GrpcTls) {
    this.channel = new GrpcChannel(endpoints, tls);
  }

  /** Linearizable read of a key or, with `end`, of a range in key order. */
  async range(key: Buffer, options: RangeOptions = {}): Promise<RangeResponse> {
    const request = encode("RangeRequest", {
      key,
      range_end: options.end,
      limit: options.limit,
      revision: options.revision,
      count_only: options.countOnly,
      keys_only: options.keysOnly,
    });
    return decode("RangeResponse", await this.#retried("/etcdserverpb.KV/Range", request));
  }

  /** Writes the key if its mod revision is still `expected` (0: it does not exist). */
  put(key: Buffer, value: Buffer, condition: { expected: number; lease?: number | undefined }): Promise<WriteOutcome> {
    return this.#conditional(key, condition.expected, {
      request_put: { key, value, lease: condition.lease },
    });
  }

  delete(key: Buffer, expected: number): Promise<WriteOutcome> {
    return this.#conditional(key, expected, { request_delete_range: { key } });
  }

  /** The id of a new lease; the caller chooses it below 2^53. */
  async grantLease(id: number, ttlSeconds: number): Promise<number> {
    const bytes = await this.channel.unary(
      "/etcdserverpb.Lease/LeaseGrant",
      encode("LeaseGrantRequest", { TTL: ttlSeconds, ID: id }),
      deadlineMs,
    );
    return decode<{ ID: number }>("LeaseGrantResponse", bytes).ID;
  }

  async compact(revision: number): Promise<void> {
    await this.channel.unary("/etcdserverpb.KV/Compact", encode("CompactionRequest", { revision }), deadlineMs);
  }

  async status(): Promise<{ version: string; dbSize: number }> {
    return decode(
      "StatusResponse",
      await this.channel.unary("/etcdserverpb.Maintenance/Status", Buffer.alloc(0), 2000),
    );
  }

  async #conditional(key: Buffer, expected: number, write: object): Promise<WriteOutcome> {
    const request = encode("TxnRequest", {
      compare: [{ result: 0, target: 2, key, mod_revision: expected }],
      success: [write],
      failure: [{ request_range: { key } }],
    });
    const answer = decode<TxnResponse>("TxnResponse", await this.#written("/etcdserverpb.KV/Txn", request));
    if (answer.succeeded) return { done: true, revision: answer.header.revision };
    return { done: false, current: answer.responses[0]?.response_range?.kvs[0], revision: answer.header.revision };
  }

  /** A read may be tried again, on the other endpoints. */
  #retried(path: string, request: Buffer): Promise<Buffer> {
    return this.#attempts(path, request, ({ code }) => code === grpcCodes.unavailable);
  }

  /** A write is only tried again when it was never sent: a lost answer may hide a write that was made. */
  #written(path: string, request: Buffer): Promise<Buffer> {
    return this.#attempts(path, request, ({ sent }) => !sent);
  }

  async #attempts(path: string, request: Buffer, isWorthwhile: (error: GrpcError) => boolean): Promise<Buffer> {
    for (let left = this.channel.endpoints; ; left -= 1) {
      try {
        return await this.channel.unary(path, request, deadlineMs);
      } catch (error) {
        if (left === 0 || !(error instanceof GrpcError) || !isWorthwhile(error)) throw error;
      }
    }
  }
}

/** The end of the range that holds every key with this prefix. */
export function prefixEnd(prefix: string): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end[end.length - 1] ?? 0) + 1;
  return end;
}
