/** The part of etcd's rpc.proto and kv.proto that an API server speaks, as data: no .proto file has to travel with a bundle. */
import protobuf from "protobufjs/light.js";

type Field = { readonly type: string; readonly id: number; readonly rule?: "repeated" };

// Revisions stay below 2^53 for any real cluster, and lease ids are chosen below it: plain numbers suffice.
protobuf.util.Long = undefined as never;
protobuf.configure();

const field = (type: string, id: number): Field => ({ type, id });
const many = (type: string, id: number): Field => ({ type, id, rule: "repeated" });
const message = (fields: Record<string, Field>, oneofs?: Record<string, { oneof: string[] }>) =>
  oneofs ? { fields, oneofs } : { fields };

const root = protobuf.Root.fromJSON({
  nested: {
    KeyValue: message({
      key: field("bytes", 1),
      create_revision: field("int64", 2),
      mod_revision: field("int64", 3),
      version: field("int64", 4),
      value: field("bytes", 5),
      lease: field("int64", 6),
    }),
    Event: message({ type: field("int32", 1), kv: field("KeyValue", 2), prev_kv: field("KeyValue", 3) }),
    ResponseHeader: message({ revision: field("int64", 3) }),
    RangeRequest: message({
      key: field("bytes", 1),
      range_end: field("bytes", 2),
      limit: field("int64", 3),
      revision: field("int64", 4),
      serializable: field("bool", 7),
      keys_only: field("bool", 8),
      count_only: field("bool", 9),
    }),
    RangeResponse: message({
      header: field("ResponseHeader", 1),
      kvs: many("KeyValue", 2),
      more: field("bool", 3),
      count: field("int64", 4),
    }),
    PutRequest: message({ key: field("bytes", 1), value: field("bytes", 2), lease: field("int64", 3) }),
    PutResponse: message({ header: field("ResponseHeader", 1) }),
    DeleteRangeRequest: message({ key: field("bytes", 1), range_end: field("bytes", 2), prev_kv: field("bool", 3) }),
    DeleteRangeResponse: message({ header: field("ResponseHeader", 1), deleted: field("int64", 2) }),
    RequestOp: message({
      request_range: field("RangeRequest", 1),
      request_put: field("PutRequest", 2),
      request_delete_range: field("DeleteRangeRequest", 3),
    }),
    ResponseOp: message({
      response_range: field("RangeResponse", 1),
      response_put: field("PutResponse", 2),
      response_delete_range: field("DeleteRangeResponse", 3),
    }),
    Compare: message(
      {
        result: field("int32", 1),
        target: field("int32", 2),
        key: field("bytes", 3),
        version: field("int64", 4),
        mod_revision: field("int64", 6),
      },
      { target_union: { oneof: ["version", "mod_revision"] } },
    ),
    TxnRequest: message({
      compare: many("Compare", 1),
      success: many("RequestOp", 2),
      failure: many("RequestOp", 3),
    }),
    TxnResponse: message({
      header: field("ResponseHeader", 1),
      succeeded: field("bool", 2),
      responses: many("ResponseOp", 3),
    }),
    CompactionRequest: message({ revision: field("int64", 1), physical: field("bool", 2) }),
    CompactionResponse: message({ header: field("ResponseHeader", 1) }),
    WatchCreateRequest: message({
      key: field("bytes", 1),
      range_end: field("bytes", 2),
      start_revision: field("int64", 3),
      progress_notify: field("bool", 4),
      fragment: field("bool", 8),
    }),
    WatchRequest: message({ create_request: field("WatchCreateRequest", 1) }),
    WatchResponse: message({
      header: field("ResponseHeader", 1),
      watch_id: field("int64", 2),
      created: field("bool", 3),
      canceled: field("bool", 4),
      compact_revision: field("int64", 5),
      cancel_reason: field("string", 6),
      fragment: field("bool", 7),
      events: many("Event", 11),
    }),
    LeaseGrantRequest: message({ TTL: field("int64", 1), ID: field("int64", 2) }),
    LeaseGrantResponse: message({ header: field("ResponseHeader", 1), ID: field("int64", 2), TTL: field("int64", 3) }),
    StatusRequest: message({}),
    StatusResponse: message({
      header: field("ResponseHeader", 1),
      version: field("string", 2),
      dbSize: field("int64", 3),
    }),
  },
});

export type Header = { readonly revision: number };
export type KeyValue = {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly create_revision: number;
  readonly mod_revision: number;
  readonly version: number;
  readonly lease: number;
};
/** `type` is 0 for a put and 1 for a deletion, whose kv carries only key and mod_revision. */
export type EtcdEvent = { readonly type: number; readonly kv: KeyValue };
export type RangeResponse = {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
};
export type TxnResponse = {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly { readonly response_range?: RangeResponse | null }[];
};
export type WatchResponse = {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: number;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: readonly EtcdEvent[];
};

/** Bytes of a message of the given type; unknown fields are ignored, absent ones left out. */
export function encode(type: string, value: object): Buffer {
  return root.lookupType(type).encode(value).finish() as Buffer;
}

export function decode<T>(type: string, bytes: Buffer): T {
  return root.lookupType(type).decode(bytes) as T;
}
