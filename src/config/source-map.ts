import { EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";

/** Line and column, both from 1. */
export type Position = { readonly line: number; readonly column: number };

/** Where the values of a YAML text stand: for each document, its paths (`spec.hosts[2].name`) with their offsets. */
export type SourceMap = { readonly text: string; readonly documents: readonly ReadonlyMap<string, number>[] };

type Open = {
  readonly kind: "document" | "mapping" | "sequence";
  readonly path: string;
  /** The key that the next value belongs to, and where it stands. */
  key?: { readonly name: string; readonly offset: number } | undefined;
  count: number;
};

/** Reads the positions of a text that has been parsed without an error. */
export function sourceMap(text: string): SourceMap {
  const documents: Map<string, number>[] = [];
  const open: Open[] = [];
  for (const event of parseEvents(text, {})) {
    if (event.type === EVENT_ID.POP) open.pop();
    else if (event.type === EVENT_ID.DOCUMENT) {
      documents.push(new Map());
      open.push({ kind: "document", path: "", count: 0 });
    } else place(event, text, { open, offsets: documents.at(-1) ?? new Map() });
  }
  return { text, documents };
}

type Reading = { readonly open: Open[]; readonly offsets: Map<string, number> };
type ValueEvent = Exclude<Event, { type: typeof EVENT_ID.POP | typeof EVENT_ID.DOCUMENT }>;

function place(event: ValueEvent, text: string, { open, offsets }: Reading): void {
  const parent = open.at(-1);
  if (parent === undefined) return;
  const start = startOf(event);
  if (parent.kind === "mapping" && parent.key === undefined) {
    const name = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : "";
    parent.key = { name, offset: start };
    return;
  }
  const path = pathOf(parent);
  offsets.set(path, parent.key?.offset ?? start);
  parent.key = undefined;
  parent.count += 1;
  if (event.type === EVENT_ID.MAPPING) open.push({ kind: "mapping", path, count: 0 });
  if (event.type === EVENT_ID.SEQUENCE) open.push({ kind: "sequence", path, count: 0 });
}

function pathOf({ kind, path, key, count }: Open): string {
  if (kind === "sequence") return `${path}[${count}]`;
  if (kind === "document") return "";
  return path ? `${path}.${key?.name}` : (key?.name ?? "");
}

function startOf(event: ValueEvent): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : event.start;
}

/** Where the value at a path stands, or the nearest value above it. */
export function positionOf({ text, documents }: SourceMap, document: number, path: string): Position {
  const offsets = documents[document];
  for (let at = path; ; at = parentOf(at)) {
    const offset = offsets?.get(at);
    if (offset !== undefined || at === "") return lineAndColumn(text, offset ?? 0);
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("."), path.lastIndexOf("["), 0));
}

function lineAndColumn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
