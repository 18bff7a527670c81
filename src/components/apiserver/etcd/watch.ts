import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdClient } from "./client.ts";
import { framed } from "./grpc.ts";
import { GrpcError, grpcCodes } from "./grpc-error.ts";
import { decode, type EtcdEvent, encode, type WatchResponse } from "./messages.ts";

export type WatchSink = {
  /** The events of whole revisions, in order, and the revision up to which nothing is missing. */
  advance(events: readonly EtcdEvent[], revision: number): void;
  /** The revision to go on from is compacted: what was seen so far is no base any more. Gives the new start. */
  compacted(): Promise<number>;
  /** The watch broke off; told once, until it goes on. */
  failed(error: Error): void;
  goesOn(): void;
};

const everything = Buffer.from([0]);
const retryMs = 250;
/** A member that lost its leader ends the watch instead of leaving it without events. */
const requireLeader = { hasleader: "true" };

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
  let isBroken = false;
  const advance = (events: readonly EtcdEvent[], revision: number) => {
    next = revision + 1;
    sink.advance(events, revision);
  };
  const created = () => {
    if (isBroken) sink.goesOn();
    isBroken = false;
  };
  while (!signal.aborted) {
    const problem = await watchOnce(etcd, next, { advance, created, signal })
      .then(async (end) => {
        if (end !== "compacted") return end;
        if (!signal.aborted) next = await sink.compacted();
        return undefined;
      })
      .catch((error: Error) => error);
    if (signal.aborted || !problem) continue;
    if (!isBroken) sink.failed(problem);
    isBroken = true;
    await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

type Once = {
  advance(events: readonly EtcdEvent[], revision: number): void;
  created(): void;
  signal: AbortSignal;
};

async function watchOnce(
  etcd: EtcdClient,
  start: number,
  { advance, created, signal }: Once,
): Promise<"compacted" | Error> {
  let outcome: "compacted" | Error | undefined;
  const ended = Promise.withResolvers<"compacted" | Error>();
  let fragments: EtcdEvent[] = [];
  const message = (bytes: Buffer) => {
    const answer = decode<WatchResponse>("WatchResponse", bytes);
    if (answer.canceled) {
      outcome = answer.compact_revision > 0 ? "compacted" : new GrpcError(grpcCodes.unavailable, answer.cancel_reason);
      stream.close();
      return;
    }
    if (answer.created) {
      created();
      return;
    }
    fragments = fragments.length > 0 ? [...fragments, ...answer.events] : [...answer.events];
    if (answer.fragment) return;
    const whole = fragments;
    fragments = [];
    advance(whole, whole.at(-1)?.kv.mod_revision ?? answer.header.revision);
  };
  const end = (error?: GrpcError) =>
    ended.resolve(outcome ?? error ?? new GrpcError(grpcCodes.unavailable, "etcd ended the watch"));
  const stream = await etcd.channel.open("/etcdserverpb.Watch/Watch", { message, end }, requireLeader);
  const stop = () => stream.close();
  signal.addEventListener("abort", stop);
  stream.write(framed(encode("WatchRequest", { create_request: request(start) })));
  const result = await ended.promise.finally(() => signal.removeEventListener("abort", stop));
  if (result instanceof GrpcError && result.code === grpcCodes.unavailable) etcd.channel.moveOn();
  return result;
}

function request(start: number): object {
  return { key: everything, range_end: everything, start_revision: start, progress_notify: true, fragment: true };
}
