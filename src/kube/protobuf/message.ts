import { type Field, newReader, newWriter, type Reader, repeated, type Scalar, type Writer } from "./field.ts";

/** A message's type: encodes values with any fields left out, decodes to values with every field set. */
export type Message<T> = {
  encode(value: Input<T>): Uint8Array;
  decode(encoded: Uint8Array): T;
  /** The same as part of another message. */
  readonly embedded: Scalar<T>;
};

/** The decoded value of a message type: `Decoded<typeof podSandbox>`. */
export type Decoded<M> = M extends Message<infer T> ? T : never;

/** What may be given where a `T` is encoded: every field optional, at every depth. */
export type Input<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Input<Element>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Input<T[Key]> | undefined }
      : T;

type Fields = Readonly<Record<string, Field<unknown>>>;
type Value<F extends Fields> = { readonly [Key in keyof F]: F[Key] extends Field<infer T> ? T : never };

/** Declares a message by its fields, each with its number in the .proto: `message({ id: string(1) })`. */
export function message<F extends Fields>(fields: F): Message<Value<F>> {
  const byId = new Map(Object.entries(fields).map(([name, field]) => [field.id, [name, field] as const]));
  const absent = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.absent]));
  const put = (writer: Writer, value: Readonly<Record<string, unknown>>): void => {
    for (const name of Object.keys(fields)) {
      if (value[name] !== undefined) fields[name]?.write(writer, value[name]);
    }
  };
  const take = (reader: Reader, end: number): Value<F> => {
    const value: Record<string, unknown> = { ...absent };
    while (reader.pos < end) {
      const tag = reader.uint32();
      const [name, field] = byId.get(tag >>> 3) ?? [];
      if (name === undefined || field === undefined) reader.skipType(tag & 7);
      else value[name] = field.read(reader, tag & 7, value[name]);
    }
    return value as Value<F>;
  };
  return {
    encode(value) {
      const writer = newWriter();
      put(writer, value as Readonly<Record<string, unknown>>);
      return writer.finish();
    },
    decode: (encoded) => take(newReader(encoded), encoded.length),
    embedded: {
      wireType: 2,
      zero: absent as Value<F>,
      put(writer, value) {
        put(writer.fork(), value);
        writer.ldelim();
      },
      take: (reader) => take(reader, reader.uint32() + reader.pos),
    },
  };
}

/** A field that holds a message, or nothing. */
export function one<T>(type: Message<T>, id: number): Field<T | undefined> {
  return {
    id,
    absent: undefined,
    write(writer, value) {
      if (value !== undefined) type.embedded.put(writer.uint32((id << 3) | 2), value);
    },
    read: (reader) => type.embedded.take(reader),
  };
}

/** A repeated field of messages. */
export function many<T>(type: Message<T>, id: number): Field<readonly T[]> {
  return repeated(type.embedded, id);
}
