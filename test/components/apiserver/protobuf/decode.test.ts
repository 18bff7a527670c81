import { Writer } from "protobufjs/minimal.js";
import { expect, test } from "vitest";
import { decodeProtobuf } from "../../../../src/components/apiserver/protobuf/decode.ts";

const envelope = (apiVersion: string, kind: string, raw: Uint8Array) =>
  Buffer.concat([
    Buffer.from("k8s\0"),
    Writer.create()
      .uint32(10)
      .fork()
      .uint32(10)
      .string(apiVersion)
      .uint32(18)
      .string(kind)
      .ldelim()
      .uint32(18)
      .bytes(raw)
      .finish(),
  ]);
const metadata = (writer: Writer, name: string) =>
  writer.uint32(10).fork().uint32(10).string(name).uint32(18).string("").ldelim();

test("a ConfigMap comes out as its JSON, zero values left out", () => {
  const raw = metadata(Writer.create(), "cm")
    .uint32(18)
    .fork()
    .uint32(10)
    .string("key")
    .uint32(18)
    .string("value")
    .ldelim()
    .finish();
  expect(decodeProtobuf(envelope("v1", "ConfigMap", raw))).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cm" },
    data: { key: "value" },
  });
});

test("the zero of a pointer means something: replicas 0 stays", () => {
  const raw = metadata(Writer.create(), "d").uint32(18).fork().uint32(8).int32(0).uint32(40).int32(0).ldelim().finish();
  expect(decodeProtobuf(envelope("apps/v1", "Deployment", raw))).toMatchObject({ spec: { replicas: 0 } });
  expect(decodeProtobuf(envelope("apps/v1", "Deployment", raw))?.spec).not.toHaveProperty("minReadySeconds");
});

test("kinds without a known message are not decoded", () => {
  expect(decodeProtobuf(envelope("example.com/v1", "Widget", new Uint8Array()))).toBeUndefined();
});

test("bytes that are no object are refused", () => {
  expect(() => decodeProtobuf(Buffer.from("{}"))).toThrow("prefix");
  expect(() => decodeProtobuf(envelope("v1", "ConfigMap", Uint8Array.of(0x0a, 0xff, 0xff, 0x03)))).toThrow();
});
