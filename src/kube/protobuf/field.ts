import protobuf, { type Reader, type Writer } from "protobufjs/minimal.js";

export type { Reader, Writer };

/** Length-delimited: strings, bytes, messages, packed lists. */
const delimited = 2;

/** One field of a proto3 message: how its value is written, read, and what it is when absent. */
export type Field<T> = {
  readonly id: number;
  readonly absent: T;
  write(writer: Writer, value: T): void;
  /** Reads one occurrence; `before` is what earlier occurrences gave. */
  read(reader: Reader, wireType: number, before: T): T;
};

/** How the values of a type stand on the wire, apart from the field that they belong to. */
export type Scalar<T> = {
  readonly wireType: number;
  readonly zero: T;
  put(writer: Writer, value: T): void;
  take(reader: Reader): T;
};

/** 64-bit numbers are JavaScript numbers: exact to 2^53, so times in nanoseconds are exact to 256 ns. */
function asNumber(value: number | { high: number; low: number; unsigned: boolean }): number {
  if (typeof value === "number") return value;
  return (value.unsigned ? value.high >>> 0 : value.high) * 2 ** 32 + (value.low >>> 0);
}

export const scalars = {
  string: { wireType: 2, zero: "", put: (w, v) => w.string(v), take: (r) => r.string() } as Scalar<string>,
  bytes: {
    wireType: 2,
    zero: new Uint8Array(),
    put: (w, v) => w.bytes(v),
    take: (r) => r.bytes(),
  } as Scalar<Uint8Array>,
  bool: { wireType: 0, zero: false, put: (w, v) => w.bool(v), take: (r) => r.bool() } as Scalar<boolean>,
  int32: { wireType: 0, zero: 0, put: (w, v) => w.int32(v), take: (r) => r.int32() } as Scalar<number>,
  uint32: { wireType: 0, zero: 0, put: (w, v) => w.uint32(v), take: (r) => r.uint32() } as Scalar<number>,
  int64: { wireType: 0, zero: 0, put: (w, v) => w.int64(v), take: (r) => asNumber(r.int64()) } as Scalar<number>,
  uint64: { wireType: 0, zero: 0, put: (w, v) => w.uint64(v), take: (r) => asNumber(r.uint64()) } as Scalar<number>,
  double: { wireType: 1, zero: 0, put: (w, v) => w.double(v), take: (r) => r.double() } as Scalar<number>,
} as const;

/** A singular proto3 field: its zero value is not written. */
export function singular<T>(type: Scalar<T>, id: number): Field<T> {
  return {
    id,
    absent: type.zero,
    write(writer, value) {
      if (value === type.zero || (value instanceof Uint8Array && value.length === 0)) return;
      type.put(writer.uint32((id << 3) | type.wireType), value);
    },
    read: (reader) => type.take(reader),
  };
}

export const string = (id: number) => singular(scalars.string, id);
export const bytes = (id: number) => singular(scalars.bytes, id);
export const bool = (id: number) => singular(scalars.bool, id);
export const int32 = (id: number) => singular(scalars.int32, id);
export const uint32 = (id: number) => singular(scalars.uint32, id);
export const int64 = (id: number) => singular(scalars.int64, id);
export const uint64 = (id: number) => singular(scalars.uint64, id);
export const double = (id: number) => singular(scalars.double, id);

/** An enum as the names of its values; a number that a newer peer made up reads as the first name. */
export function enumeration<const Names extends readonly string[]>(names: Names): (id: number) => Field<Names[number]> {
  const type: Scalar<Names[number]> = {
    wireType: 0,
    zero: names[0] as Names[number],
    put: (writer, value) => writer.int32(names.indexOf(value)),
    take: (reader) => names[reader.int32()] ?? (names[0] as Names[number]),
  };
  return (id) => singular(type, id);
}

/** A repeated field; numbers are packed on writing and read either way. */
export function repeated<T>(type: Scalar<T>, id: number): Field<readonly T[]> {
  const packed = type.wireType !== delimited;
  return {
    id,
    absent: [],
    write(writer, values) {
      if (values.length === 0) return;
      if (packed) {
        writer.uint32((id << 3) | delimited).fork();
        for (const value of values) type.put(writer, value);
        writer.ldelim();
        return;
      }
      for (const value of values) type.put(writer.uint32((id << 3) | delimited), value);
    },
    read(reader, wireType, before) {
      if (!packed || wireType !== delimited) return [...before, type.take(reader)];
      const end = reader.uint32() + reader.pos;
      const values = [...before];
      while (reader.pos < end) values.push(type.take(reader));
      return values;
    },
  };
}

export const strings = (id: number) => repeated(scalars.string, id);

/** A `map<string, string>`: an entry is a message of a key (1) and a value (2). */
export function stringMap(id: number): Field<Readonly<Record<string, string>>> {
  return {
    id,
    absent: {},
    write(writer, map) {
      for (const [key, value] of Object.entries(map)) {
        writer.uint32((id << 3) | delimited).fork();
        writer.uint32(10).string(key).uint32(18).string(value).ldelim();
      }
    },
    read(reader, _wireType, before) {
      const entry = { key: "", value: "" };
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        const tag = reader.uint32();
        if (tag >>> 3 === 1) entry.key = reader.string();
        else if (tag >>> 3 === 2) entry.value = reader.string();
        else reader.skipType(tag & 7);
      }
      return { ...before, [entry.key]: entry.value };
    },
  };
}

export function newWriter(): Writer {
  return protobuf.Writer.create();
}

export function newReader(encoded: Uint8Array): Reader {
  return protobuf.Reader.create(encoded);
}
