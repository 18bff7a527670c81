/** An object as the watch cache holds it: its JSON with resourceVersion in place, and what selectors look at. */
export type Entry = {
  readonly key: string;
  readonly name: string;
  /** "" for cluster-scoped objects. */
  readonly namespace: string;
  readonly revision: number;
  readonly body: Buffer;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly fields: Readonly<Record<string, string>> | undefined;
};

/** The fields of a kind that a field selector may name, besides metadata.name and metadata.namespace. */
export type FieldsOf = (object: Record<string, unknown>) => Record<string, string>;

type StoredObject = { metadata?: { name?: string; namespace?: string; labels?: Record<string, string> } };

/** Makes an entry of a value read from etcd; throws SyntaxError on a value that is not JSON. */
export function entryOf(stored: { key: string; value: Buffer; revision: number }, fieldsOf?: FieldsOf): Entry {
  const object = JSON.parse(stored.value.toString()) as StoredObject;
  return {
    key: stored.key,
    name: object.metadata?.name ?? "",
    namespace: object.metadata?.namespace ?? "",
    revision: stored.revision,
    body: stamped(stored.value, stored.revision),
    labels: object.metadata?.labels,
    fields: fieldsOf?.(object as Record<string, unknown>),
  };
}

/** The same object at another revision, as a deletion reports it. */
export function restamped(entry: Entry, revision: number): Entry {
  const object = JSON.parse(entry.body.toString()) as { metadata: { resourceVersion?: string } };
  object.metadata.resourceVersion = String(revision);
  return { ...entry, revision, body: ownBytes(Buffer.from(JSON.stringify(object))) };
}

const head = /^\{(?:"(?:apiVersion|kind)":"[^"\\]*",){0,2}"metadata":\{/;

/** Stored JSON (which has no resourceVersion) with the revision put in, without parsing where the layout allows. */
export function stamped(value: Buffer, revision: number): Buffer {
  const start = head.exec(value.toString("latin1", 0, 256))?.[0].length;
  if (start === undefined || value[start] === 0x7d) return stampedByParsing(value, revision);
  const stamp = `"resourceVersion":"${revision}",`;
  const body = Buffer.allocUnsafeSlow(value.length + stamp.length);
  value.copy(body, 0, 0, start);
  body.write(stamp, start, "latin1");
  value.copy(body, start + stamp.length, start);
  return body;
}

function stampedByParsing(value: Buffer, revision: number): Buffer {
  const object = JSON.parse(value.toString()) as { metadata?: object };
  return ownBytes(
    Buffer.from(JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } })),
  );
}

/** A copy outside Node's shared pool: a small slice that lives long would keep a whole pool page alive. */
function ownBytes(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
