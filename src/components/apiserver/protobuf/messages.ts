import messages from "./messages.json" with { type: "json" };

export type WireField = {
  /** In JSON; "" for a message whose fields stand among those of its parent. */
  readonly name: string;
  readonly code: string;
};

/**
 * The wire format of Kubernetes' protobuf messages (k8s.io/api v1.36): by message, its fields as `name:number:code`. Codes: s string,
 * i integer, b boolean, d double, y bytes, T time, M micro time, Q quantity, X int or string, R raw JSON, E list of strings in a
 * message, # message, [ list, { map, * a pointer (its zero value means something). No name: inlined.
 */
const wireFormat: Readonly<Record<string, string>> = messages;
const parsed = new Map<string, ReadonlyMap<number, WireField>>();

/** The fields of a message ("core.v1.Pod") by number; undefined when it is not known. */
export function wireFields(message: string): ReadonlyMap<number, WireField> | undefined {
  const known = parsed.get(message);
  if (known) return known;
  if (!Object.hasOwn(wireFormat, message)) return undefined;
  const fields = new Map((wireFormat[message] ?? "").split(" ").filter(Boolean).map(parseField));
  parsed.set(message, fields);
  return fields;
}

function parseField(text: string): [number, WireField] {
  const [name = "", number = "", code = ""] = text.split(":");
  return [Number(number), { name, code }];
}
