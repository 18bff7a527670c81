import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdClient } from "./client.ts";
import { framed, GrpcError } from "./grpc.ts";
import { decode, type EtcdEvent, encode, type WatchResponse } from "./messages.ts";

export type WatchSink = {
  /** The events of whole revisions, in order, and the revision up to which nothing is missing. */
  advance(events: readonly EtcdEvent[], revision: number): void;
  /** The revision to go on from is compacted: what was seen so far is no base any more. Gives the new start. */
  compacted(): Promise<number>;
  failed(error: Error): void;
};

const everything = Buffer.from([0]);

/**
 * Watches the whole keyspace from a revision, without end: reconnects where it broke off.
 * One watch for all resources makes "caught up to revision R" a single number, so a consistent read is one
 * revision read and a wait.
 */
export async function watchEverything(
  etcd: EtcdClient,
  start: number,
  { sink, signal }: { sink: WatchSink; signal: AbortSignal },
): Promise<void> {
  let next = start;
  const advance = (events: readonly EtcdEvent[], revision: number) => {
    next = revision + 1;
    sink.advance(events, revision);
  };
  while (!signal.aborted) {
    const end = await watchOnce(etcd, next, { advance, signal });
    if (signal.aborted) return;
    if (end === "compacted") next = await sink.compacted();
    else {
      sink.failed(end);
      await sleep(250, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

type Once = { advance(events: readonly EtcdEvent[], revision: number): void; signal: AbortSignal };

function watchOnce(etcd: EtcdClient, start: number, { advance, signal }: Once): Promise<"compacted" | Error> {
  return new Promise((resolve) => {
    let fragments: EtcdEvent[] = [];
    let outcome: "compacted" | Error | undefined;
    const stream = etcd.channel.open("/etcdserverpb.Watch/Watch", {
      message(bytes) {
        const answer = decode<WatchResponse>("WatchResponse", bytes);
        if (answer.canceled) {
          outcome = answer.compact_revision > 0 ? "compacted" : new GrpcError(14, answer.cancel_reason);
          stream.close();
          return;
        }
        if (answer.created) return;
        fragments = fragments.length > 0 ? [...fragments, ...answer.events] : [...answer.events];
        if (answer.fragment) return;
        const whole = fragments;
        fragments = [];
        advance(whole, whole.at(-1)?.kv.mod_revision ?? answer.header.revision);
      },
      end(error) {
        signal.removeEventListener("abort", stop);
        resolve(outcome ?? error ?? new GrpcError(14, "etcd ended the watch"));
      },
    });
    const stop = () => stream.close();
    signal.addEventListener("abort", stop);
    const create = {
      key: everything,
      range_end: everything,
      start_revision: start,
      progress_notify: true,
      fragment: true,
    };
    stream.write(framed(encode("WatchRequest", { create_request: create })));
  });
}
