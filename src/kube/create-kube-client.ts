import { SlipwayError } from "../base/errors.ts";
import type {
  Connection,
  DeleteOptions,
  Key,
  KubeClient,
  ListOptions,
  ObjectList,
  Patch,
  RawRequest,
  RawResponse,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./client.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import type { KubeObject, Resource } from "./object.ts";
import { collectionPath, objectPath, query, selection, writeQuery } from "./path.ts";
import { watchEvents } from "./watch-events.ts";

/** A client of the API server of `connection`; it connects on the first request. */
export function createKubeClient(connection: Connection, options: ExchangeOptions = {}): KubeClient {
  return new Http2KubeClient(new Exchange(connection, options));
}

const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const satisfies Record<Patch["type"], string>;

class Http2KubeClient implements KubeClient {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  async get<T extends KubeObject>(
    resource: Resource,
    key: Key,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<T> {
    return json(await this.request({ method: "GET", path: objectPath(resource, key), signal: options?.signal }));
  }

  async list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<ObjectList<T>> {
    const path = collectionPath(resource, options.namespace) + query(selection(options));
    const list: ObjectList<T> = json(await this.request({ method: "GET", path, signal: options.signal }));
    return { ...list, items: (list.items ?? []).map((item) => withKind(item, list)) };
  }

  async *watch<T extends KubeObject>(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    const { namespace, allowWatchBookmarks, timeoutSeconds, sendInitialEvents, signal } = options;
    const parameters = { watch: true, allowWatchBookmarks, timeoutSeconds, sendInitialEvents };
    const path = collectionPath(resource, namespace) + query({ ...selection(options), ...parameters });
    const stream = await this.#exchange.stream({ method: "GET", path, signal });
    try {
      yield* watchEvents<T>(stream, `GET ${path}`);
      if (stream.rstCode !== 0) throw connectionLost(path, stream.rstCode);
    } catch (thrown) {
      signal?.throwIfAborted();
      throw thrown;
    } finally {
      stream.close();
    }
  }

  async create<T extends KubeObject>(resource: Resource, object: T, options: WriteOptions = {}): Promise<T> {
    const { name, namespace } = object.metadata;
    const base =
      options.subresource && name
        ? objectPath(resource, { name, namespace }, options.subresource)
        : collectionPath(resource, namespace);
    return json(await this.#write("POST", base, object, options));
  }

  async update<T extends KubeObject>(resource: Resource, object: T, options: WriteOptions = {}): Promise<T> {
    const { name = "", namespace } = object.metadata;
    return json(
      await this.#write("PUT", objectPath(resource, { name, namespace }, options.subresource), object, options),
    );
  }

  async patch<T extends KubeObject>(
    resource: Resource,
    key: Key,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<T> {
    const path = objectPath(resource, key, options.subresource) + writeQuery(options);
    const headers = { "content-type": patchTypes[patch.type] };
    return json(
      await this.request({ method: "PATCH", path, headers, body: JSON.stringify(patch.body), signal: options.signal }),
    );
  }

  async delete(resource: Resource, key: Key, { signal, ...options }: DeleteOptions = {}): Promise<void> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
    await this.request({ method: "DELETE", path: objectPath(resource, key), body, signal });
  }

  request(request: RawRequest): Promise<RawResponse> {
    return this.#exchange.send(request);
  }

  close(): void {
    this.#exchange.close();
  }

  #write(method: string, path: string, body: unknown, options: WriteOptions): Promise<RawResponse> {
    return this.request({ method, path: path + writeQuery(options), body, signal: options.signal });
  }
}

function connectionLost(path: string, rstCode: number): SlipwayError {
  return new SlipwayError({
    code: "API_CONNECTION_LOST",
    exit: "connection",
    message: "the connection to the API server broke during a watch",
    tried: `GET ${path}`,
    got: `the stream was reset (code ${rstCode})`,
  });
}

function json<T>({ body }: RawResponse): T {
  return JSON.parse(body.toString()) as T;
}

/** Items of a list come without kind and apiVersion; what is cached or applied needs them. */
function withKind<T extends KubeObject>(item: T, { kind, apiVersion }: ObjectList<T>): T {
  return item.kind ? item : { ...item, kind: kind.replace(/List$/, ""), apiVersion };
}
