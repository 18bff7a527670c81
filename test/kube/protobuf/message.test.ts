import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import {
  bool,
  bytes,
  double,
  enumeration,
  int32,
  int64,
  repeated,
  scalars,
  string,
  stringMap,
  strings,
  uint64,
} from "../../../src/kube/protobuf/field.ts";
import { many, message, one } from "../../../src/kube/protobuf/message.ts";

const inner = message({ name: string(1), attempt: int32(4) });
const outer = message({
  id: string(1),
  flag: bool(2),
  count: int64(3),
  size: uint64(4),
  ratio: double(5),
  raw: bytes(6),
  mode: enumeration(["POD", "CONTAINER", "NODE"])(7),
  names: strings(8),
  groups: repeated(scalars.int64, 9),
  labels: stringMap(10),
  one: one(inner, 11),
  many: many(inner, 16),
});

const reference = protobuf
  .parse(
    `syntax = "proto3";
  message Inner { string name = 1; int32 attempt = 4; }
  enum Mode { POD = 0; CONTAINER = 1; NODE = 2; }
  message Outer {
    string id = 1; bool flag = 2; int64 count = 3; uint64 size = 4; double ratio = 5; bytes raw = 6; Mode mode = 7;
    repeated string names = 8; repeated int64 groups = 9; map<string, string> labels = 10; Inner one = 11;
    repeated Inner many = 16;
  }`,
  )
  .root.lookupType("Outer");

const innerValue = fc.record({ name: fc.string(), attempt: fc.integer() });
const outerValue = fc.record({
  id: fc.string({ unit: "grapheme" }),
  flag: fc.boolean(),
  count: fc.maxSafeInteger(),
  size: fc.maxSafeNat(),
  ratio: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  raw: fc.uint8Array({ maxLength: 40 }),
  mode: fc.constantFrom("POD" as const, "CONTAINER" as const, "NODE" as const),
  names: fc.array(fc.string()),
  groups: fc.array(fc.maxSafeInteger()),
  labels: fc.dictionary(fc.stringMatching(/^[a-z/.]{1,20}$/), fc.string()),
  one: fc.option(innerValue, { nil: undefined }),
  many: fc.array(innerValue),
});

describe("message", () => {
  it("gives back what it encoded", () => {
    fc.assert(
      fc.property(outerValue, (value) => {
        const { raw, ...rest } = outer.decode(outer.encode(value));
        const { raw: given, ...wanted } = value;
        expect([...raw]).toEqual([...given]);
        expect(rest).toEqual(wanted);
      }),
    );
  });

  it("writes what another implementation reads, and reads what it writes", () => {
    fc.assert(
      fc.property(outerValue, (value) => {
        const read = reference.toObject(reference.decode(outer.encode(value)), {
          longs: Number,
          enums: String,
          defaults: true,
        });
        const back = outer.decode(reference.encode(reference.fromObject(read)).finish());
        expect({ ...back, raw: [...back.raw] }).toEqual({ ...value, raw: [...value.raw] });
      }),
    );
  });

  it("leaves out zero values and fills in absent ones", () => {
    expect(outer.encode({ id: "", count: 0, names: [], labels: {}, mode: "POD" })).toHaveLength(0);
    expect(outer.decode(new Uint8Array())).toMatchObject({
      id: "",
      names: [],
      labels: {},
      one: undefined,
      mode: "POD",
    });
  });

  it("passes over fields that it does not know", () => {
    const newer = message({ later: string(99), id: string(1) });
    expect(inner.decode(newer.encode({ id: "x", later: "y" }))).toEqual({ name: "x", attempt: 0 });
  });
});
