import type { Duplex } from "node:stream";
import type { KubeObject, Resource } from "./object.ts";

/** A connection to a Kubernetes API server: one HTTP/2 session, made anew when it drops. */
export interface KubeClient {
  get<T extends KubeObject = KubeObject>(
    resource: Resource,
    key: Key,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>;
  list<T extends KubeObject = KubeObject>(resource: Resource, options?: ListOptions): Promise<ObjectList<T>>;
  /** Ends when the server ends the watch; rejects with ApiError (410 included) or on a broken connection. */
  watch<T extends KubeObject = KubeObject>(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(resource: Resource, object: T, options?: WriteOptions): Promise<T>;
  /** PUT with the object's resourceVersion. */
  update<T extends KubeObject>(resource: Resource, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject = KubeObject>(
    resource: Resource,
    key: Key,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<T>;
  delete(resource: Resource, key: Key, options?: DeleteOptions): Promise<void>;
  /** Anything else: /healthz, discovery, a subresource of its own shape. Rejects with ApiError on status >= 400. */
  request(request: RawRequest): Promise<RawResponse>;
  close(): void;
}

export type Key = { readonly name: string; readonly namespace?: string | undefined };

export type ListOptions = {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
  readonly signal?: AbortSignal | undefined;
};

export type WatchOptions = Omit<ListOptions, "limit" | "continue"> & {
  readonly allowWatchBookmarks?: boolean;
  readonly timeoutSeconds?: number;
  readonly sendInitialEvents?: boolean;
};

export type WatchEvent<T extends KubeObject = KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly object: KubeObject };

export type ObjectList<T extends KubeObject = KubeObject> = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: T[];
};

export type WriteOptions = {
  readonly subresource?: string;
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
};

export type Patch =
  | { readonly type: "json"; readonly body: readonly unknown[] }
  | { readonly type: "merge" | "strategic" | "apply"; readonly body: unknown };

export type DeleteOptions = {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly signal?: AbortSignal | undefined;
};

export type RawRequest = {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
};
export type RawResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** How to reach a server: what a kubeconfig's current context says. */
export type Connection = {
  /** https://host:port */
  readonly server: string;
  readonly ca?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string | undefined;
  readonly credentials:
    | { readonly kind: "certificate"; readonly cert: string; readonly key: string }
    | { readonly kind: "token"; readonly token: string }
    /** Read again when the file changes, as projected tokens and rotated certificates do. */
    | { readonly kind: "tokenFile"; readonly path: string }
    | { readonly kind: "certificateFiles"; readonly certPath: string; readonly keyPath: string }
    | { readonly kind: "anonymous" };
  /** How to open the TCP stream; through a host's tunnel where the API is not in reach. */
  readonly dial?: () => Promise<Duplex>;
};
