import { type EtcdClient, prefixEnd } from "../etcd/client.ts";
import { GrpcError, grpcCodes } from "../etcd/grpc-error.ts";
import { expired } from "../http/api-error.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type { Selection } from "../selection/selection.ts";
import { type Entry, entryOf } from "../storage/entry.ts";
import { type ContinueToken, encodeContinue } from "./continue-token.ts";

type Past = {
  readonly prefix: string;
  readonly revision: number;
  readonly token: ContinueToken | undefined;
  /** 0 for no limit. */
  readonly limit: number;
  readonly select: Selection;
};

/** A page of a collection as it was at a revision; 410 when etcd has forgotten that. */
export async function readAtRevision(etcd: EtcdClient, type: ResourceType, past: Past) {
  const entries: Entry[] = [];
  const { prefix, revision, limit, select } = past;
  let key = Buffer.from(`${prefix}${past.token?.start ?? ""}`);
  for (;;) {
    const page = await etcd.range(key, { end: prefixEnd(prefix), revision, limit: limit || 500 }).catch(gone);
    for (const kv of page.kvs) {
      const entry = entryOf({ key: kv.key.toString(), value: kv.value, revision: kv.mod_revision }, type.fieldsOf);
      if (select.matches(entry)) entries.push(entry);
      if (limit > 0 && entries.length === limit && page.count > page.kvs.indexOf(kv) + 1) {
        return {
          entries,
          revision,
          continueToken: encodeContinue({ revision, start: `${entry.key.slice(prefix.length)}\0` }),
        };
      }
    }
    const last = page.kvs.at(-1);
    if (!page.more || !last) return { entries, revision };
    key = Buffer.concat([last.key, Buffer.from([0])]);
  }
}

function gone(error: unknown): never {
  if (error instanceof GrpcError && error.code === grpcCodes.outOfRange) {
    throw expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
    );
  }
  throw error;
}
