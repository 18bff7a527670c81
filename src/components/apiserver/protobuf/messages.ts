import { messagesText } from "./messages.gen.ts";

export type WireField = {
  /** In JSON; "" for a message whose fields stand among those of its parent. */
  readonly name: string;
  readonly code: string;
};

let lines: Map<string, string> | undefined;
const parsed = new Map<string, ReadonlyMap<number, WireField>>();

/** The fields of a message ("core.v1.Pod") by number; undefined when it is not known. */
export function wireFields(message: string): ReadonlyMap<number, WireField> | undefined {
  const known = parsed.get(message);
  if (known) return known;
  lines ??= new Map(messagesText.split("\n").map((line) => [line.split(" ", 1)[0] ?? "", line]));
  const line = lines.get(message);
  if (line === undefined) return undefined;
  const fields = new Map(line.split(" ").slice(1).map(parseField));
  parsed.set(message, fields);
  return fields;
}

function parseField(text: string): [number, WireField] {
  const [name = "", number = "", code = ""] = text.split(":");
  return [Number(number), { name, code }];
}
