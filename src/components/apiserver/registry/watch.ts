import type { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { KubeObject } from "../../../kube/object.ts";
import { roomOrEnd } from "../../../kube/serving/room-or-end.ts";
import { ApiError, expired } from "../http/api-error.ts";
import type { RawResponse } from "../http/exchange.ts";
import { grouped } from "../http/paced.ts";
import { end } from "../http/respond.ts";
import { apiVersionOf, type ResourceType } from "../resources/resource-type.ts";
import { type Selection, selection } from "../selection/selection.ts";
import type { Entry } from "../storage/entry.ts";
import type { CacheEvent, CacheWatcher, ResourceCache } from "../storage/resource-cache.ts";
import type { RegistryContext } from "./context.ts";
import { servedBody } from "./convert.ts";
import type { ListParameters } from "./list.ts";

export type WatchParameters = Pick<
  ListParameters,
  "namespace" | "labelSelector" | "fieldSelector" | "resourceVersion"
> & {
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean;
  readonly timeoutMs: number;
  /** Makes the object of an event, where the client wants another form than the object itself. */
  readonly render?: (entry: Entry) => Buffer | string;
};
type Type = CacheEvent["type"];

/** Bytes that may wait for a client before it is held too slow and dropped. */
const maxBufferedBytes = 16 * 1024 * 1024;
const bookmarkEveryMs = 60_000;

/** Streams changes of a collection to a client until it goes, its time is up, or the server stops. */
export async function serveWatch(
  context: RegistryContext,
  type: ResourceType,
  { parameters, response }: { parameters: WatchParameters; response: RawResponse },
): Promise<void> {
  const select = scoped(type, parameters);
  await caughtUpFor(context, parameters);
  const cache = await context.store.cache(type);
  const start = startOf(cache, parameters);
  response.statusCode = 200;
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-cache, private");
  const stream = new WatchStream(response, { type, select, render: parameters.render });
  const bookmark = (annotations?: Record<string, string>) => {
    if (parameters.bookmarks) stream.bookmark(context.store.mirror.revision, annotations);
  };
  (response as { flushHeaders(): void }).flushHeaders();
  const { revision } = context.store.mirror;
  cache.watchers.add(stream);
  const timer = setInterval(bookmark, bookmarkEveryMs);
  const timeout = setTimeout(() => {
    bookmark();
    end(response);
  }, parameters.timeoutMs);
  const stop = () => end(response);
  if (context.stopping.aborted) stop();
  context.stopping.addEventListener("abort", stop);
  response.on("close", () => {
    clearInterval(timer);
    clearTimeout(timeout);
    cache.watchers.delete(stream);
    context.stopping.removeEventListener("abort", stop);
  });
  const initialEnd = parameters.sendInitialEvents && parameters.bookmarks ? revision : undefined;
  await stream.begin(start, initialEnd);
}

function scoped(type: ResourceType, parameters: WatchParameters): Selection {
  const { matches, isNarrow } = selection(type, parameters);
  const { namespace } = parameters;
  if (!type.namespaced || namespace === "") return { matches, isNarrow };
  return { matches: (entry) => entry.namespace === namespace && matches(entry), isNarrow: true };
}

type Start = { readonly initial: readonly Entry[]; readonly missed: readonly CacheEvent[] };

async function caughtUpFor({ store }: RegistryContext, { resourceVersion }: WatchParameters): Promise<void> {
  if (resourceVersion === "" || Number(resourceVersion) > store.mirror.revision) await store.mirror.caughtUp();
}

/** Without a resourceVersion, or with "0", a watch begins with what there is; otherwise with what came after. */
function startOf(cache: ResourceCache, parameters: WatchParameters): Start {
  const revision = Number(parameters.resourceVersion);
  if (parameters.sendInitialEvents || !revision) {
    return {
      initial: [...cache.keys.withPrefix(cache.prefix)].flatMap((key) => cache.entries.get(key) ?? []),
      missed: [],
    };
  }
  const missed = cache.since(revision);
  if (!missed) throw expired(`too old resource version: ${revision} (${cache.oldestRevision})`);
  return { initial: [], missed };
}

type Shape = {
  readonly type: ResourceType;
  readonly select: Selection;
  readonly render: WatchParameters["render"];
};

/** One client's watch: turns changes of the cache into lines of JSON. */
class WatchStream implements CacheWatcher {
  readonly #response: RawResponse;
  readonly #shape: Shape;
  #held: (readonly CacheEvent[])[] | undefined = [];
  #heldBytes = 0;
  #isClosed = false;

  constructor(response: RawResponse, shape: Shape) {
    this.#response = response;
    this.#shape = shape;
    response.on("close", () => {
      this.#isClosed = true;
    });
  }

  /** Sends what there is piece by piece; what changes meanwhile is held back until then. Never rejects. */
  async begin({ initial, missed }: Start, initialEnd: number | undefined): Promise<void> {
    for (const piece of grouped(this.#initialLines(initial))) {
      await this.#writeWhenRoom(piece);
      if (this.#isOver) return;
    }
    const held = this.#held ?? [];
    this.#held = undefined;
    if (initialEnd !== undefined) this.bookmark(initialEnd, { "k8s.io/initial-events-end": "true" });
    this.events(missed);
    for (const events of held) this.events(events);
  }

  events(events: readonly CacheEvent[]): void {
    if (this.#held) {
      this.#hold(this.#held, events);
      return;
    }
    const lines: Buffer[] = [];
    for (const event of events) {
      const line = this.#shape.select.isNarrow ? this.#selected(event) : this.#plain(event);
      if (line) lines.push(line);
    }
    this.#write(lines);
  }

  bookmark(revision: number, annotations?: Record<string, string>): void {
    // A client that goes on from a bookmark would miss what is still held back.
    if (this.#held) return;
    const { type } = this.#shape;
    const metadata = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations && { annotations }),
    };
    const object = { kind: type.kind, apiVersion: apiVersionOf(type), metadata };
    this.#write([Buffer.from(`${JSON.stringify({ type: "BOOKMARK", object })}\n`)]);
  }

  reset(): void {
    const { status } = new ApiError(410, "Expired", "the watch cache lost its place in etcd");
    this.#write([Buffer.from(`${JSON.stringify({ type: "ERROR", object: status })}\n`)]);
    end(this.#response);
  }

  #plain(event: CacheEvent): Buffer {
    if (this.#shape.render) return this.#line(event.type, event.entry);
    return sharedLine(event, this.#shape.type);
  }

  /** To a client with a selector an object appears when it begins to match and vanishes when it ceases to. */
  #selected(event: CacheEvent): Buffer | undefined {
    const { select } = this.#shape;
    const { entry, previous } = event;
    const was = previous !== undefined && select.matches(previous);
    if (event.type === "DELETED") return was ? this.#plain(event) : undefined;
    const is = select.matches(entry);
    if (is)
      return was === (event.type === "MODIFIED") ? this.#plain(event) : this.#line(was ? "MODIFIED" : "ADDED", entry);
    return was ? this.#line("DELETED", { ...previous, body: withRevision(previous.body, event.revision) }) : undefined;
  }

  #line(type: Type, entry: Entry): Buffer {
    const body = this.#shape.render ? this.#shape.render(entry) : servedBody(entry.body, this.#shape.type);
    return lineOf(type, body);
  }

  *#initialLines(entries: readonly Entry[]): Generator<Buffer> {
    const { matches } = this.#shape.select;
    for (const entry of entries) if (matches(entry)) yield this.#line("ADDED", entry);
  }

  #hold(held: (readonly CacheEvent[])[], events: readonly CacheEvent[]): void {
    held.push(events);
    for (const { entry } of events) this.#heldBytes += entry.body.length;
    if (this.#heldBytes > maxBufferedBytes) this.#response.destroy();
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#response.writableEnded;
  }

  async #writeWhenRoom(piece: Buffer): Promise<void> {
    const response = this.#response as Writable;
    if (this.#isOver) return;
    if (response.write(piece)) await turn();
    else await roomOrEnd(response);
  }

  #write(lines: readonly Buffer[]): void {
    const response = this.#response;
    if (lines.length === 0 || this.#isOver) return;
    (response as { write(chunk: Buffer): boolean }).write(
      lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines),
    );
    if (response.writableLength > maxBufferedBytes) response.destroy();
  }
}

/** Lines that every watcher of a version gets alike, made once; forgotten when the events at hand were handed out. */
const lines = new Map<CacheEvent, Map<string, Buffer>>();

function sharedLine(event: CacheEvent, type: ResourceType): Buffer {
  const version = apiVersionOf(type);
  if (lines.size === 0) setImmediate(() => lines.clear());
  const made = lines.get(event) ?? new Map<string, Buffer>();
  lines.set(event, made);
  const known = made.get(version);
  if (known) return known;
  const line = lineOf(event.type, servedBody(event.entry.body, type));
  made.set(version, line);
  return line;
}

function lineOf(type: Type, body: Buffer | string): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), bytes, Buffer.from("}\n")]);
}

function withRevision(body: Buffer, revision: number): Buffer {
  const object = JSON.parse(body.toString()) as KubeObject;
  object.metadata.resourceVersion = String(revision);
  return Buffer.from(JSON.stringify(object));
}
