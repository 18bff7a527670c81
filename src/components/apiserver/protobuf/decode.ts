import { Reader } from "protobufjs/minimal.js";
import { type WireField, wireFields } from "./messages.ts";

type Fields = Record<string, unknown>;

/** What precedes every protobuf body of the API: "k8s" and a zero byte. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const maxDepth = 100;

/**
 * The JSON form of a protobuf body; undefined for a kind whose messages are not known.
 * Throws RangeError or Error on bytes that are no message.
 */
export function decodeProtobuf(body: Buffer): Fields | undefined {
  if (!body.subarray(0, 4).equals(magic))
    throw new Error("the body does not begin with the prefix of protobuf objects");
  const { apiVersion, kind, raw } = unknown(body.subarray(4));
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  const name = kind === "DeleteOptions" ? "meta.v1.DeleteOptions" : `${group.split(".")[0]}.${version}.${kind}`;
  if (!wireFields(name)) return undefined;
  return { apiVersion, kind, ...message(Reader.create(raw), name, 0) };
}

/** runtime.Unknown: which kind it is, and the object's own bytes. */
function unknown(bytes: Buffer): { apiVersion: string; kind: string; raw: Uint8Array } {
  const found = { apiVersion: "", kind: "", raw: new Uint8Array() as Uint8Array };
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        const inner = reader.uint32();
        if (inner === 0x0a) found.apiVersion = reader.string();
        else if (inner === 0x12) found.kind = reader.string();
        else reader.skipType(inner & 7);
      }
    } else if (tag === 0x12) found.raw = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return found;
}

function message(reader: Reader, name: string, depth: number): Fields {
  if (depth > maxDepth) throw new RangeError(`messages are nested deeper than ${maxDepth}`);
  const fields = wireFields(name);
  const result: Fields = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = fields?.get(tag >>> 3);
    if (!field) reader.skipType(tag & 7);
    else put(result, field, { reader, wire: tag & 7, depth });
  }
  return result;
}

type At = { readonly reader: Reader; readonly wire: number; readonly depth: number };

function put(result: Fields, { name, code }: WireField, at: At): void {
  if (code.startsWith("[")) {
    const list = (result[name] ?? []) as unknown[];
    result[name] = list;
    if (at.wire === 2 && /^\[[ibd]$/.test(code)) packed(list, code.slice(1), at);
    else list.push(value(code.slice(1), at));
    return;
  }
  if (code.startsWith("{")) {
    const [key, entry] = mapEntry(code.slice(1), at);
    const map = (result[name] ?? Object.create(null)) as Fields;
    result[name] = map;
    map[key] = entry;
    return;
  }
  const isPointer = code.startsWith("*");
  const read = value(isPointer ? code.slice(1) : code, at);
  if (name === "") Object.assign(result, read);
  // Go writes the zero of every field that is no pointer; in JSON such a field is not there.
  else if (isPointer || !isZero(read)) result[name] = read;
}

function isZero(read: unknown): boolean {
  return (
    read === undefined ||
    read === "" ||
    read === 0 ||
    read === false ||
    (isPlain(read) && Object.keys(read).length === 0)
  );
}

function isPlain(read: unknown): read is object {
  return typeof read === "object" && read !== null && !Array.isArray(read);
}

function packed(list: unknown[], code: string, { reader, depth }: At): void {
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) list.push(value(code, { reader, wire: 0, depth }));
}

function mapEntry(code: string, { reader, depth }: At): [string, unknown] {
  const inner = Reader.create(reader.bytes());
  let key = "";
  let entry: unknown = code === "s" || code === "Q" ? "" : code.startsWith("#") ? {} : undefined;
  while (inner.pos < inner.len) {
    const tag = inner.uint32();
    if (tag >>> 3 === 1) key = inner.string();
    else if (tag >>> 3 === 2) entry = value(code, { reader: inner, wire: tag & 7, depth });
    else inner.skipType(tag & 7);
  }
  return [key, entry];
}

function value(code: string, { reader, depth }: At): unknown {
  switch (code[0]) {
    case "s":
      return reader.string();
    case "i":
      return Number(reader.int64());
    case "b":
      return reader.bool();
    case "d":
      return reader.double();
    case "y":
      return Buffer.from(reader.bytes()).toString("base64");
    case "#":
      return message(Reader.create(reader.bytes()), code.slice(1), depth + 1);
    default:
      return special(code, Reader.create(reader.bytes()));
  }
}

/** Types whose JSON form is no object. */
function special(code: string, reader: Reader): unknown {
  const raw = new Map<number, unknown>();
  const texts: string[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 0) raw.set(tag >>> 3, Number(reader.int64()));
    else {
      const text = Buffer.from(reader.bytes()).toString();
      texts.push(text);
      raw.set(tag >>> 3, text);
    }
  }
  switch (code) {
    case "T":
    case "M":
      return time(Number(raw.get(1) ?? 0), Number(raw.get(2) ?? 0), code === "M");
    case "Q":
      return raw.get(1) ?? "0";
    case "X":
      return raw.get(1) === 1 ? (raw.get(3) ?? "") : (raw.get(2) ?? 0);
    case "E":
      return texts;
    default:
      return texts[0] ? (JSON.parse(texts[0]) as unknown) : undefined;
  }
}

/** RFC 3339; undefined for the zero time. */
function time(seconds: number, nanos: number, isMicro: boolean): string | undefined {
  if (seconds === 0 && nanos === 0) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return isMicro ? `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z` : `${whole}Z`;
}
