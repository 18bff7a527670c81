import { type ClientHttp2Session, connect } from "node:http2";
import { GrpcError, grpcCodes } from "./grpc-error.ts";

export type GrpcTls = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

const windowBytes = 8 * 1024 * 1024;
const dialWithinMs = 3000;
/** As often as etcd lets a client ask, twice (its --grpc-keepalive-min-time is 5 s). */
const pingEveryMs = 10_000;
const pingWithinMs = 10_000;

/**
 * One HTTP/2 session at a time, to the first endpoint that answers. When it breaks, when its peer falls silent, or when a
 * member proves to be of no use, the next endpoint takes over.
 */
export class Connection {
  readonly #endpoints: readonly string[];
  readonly #tls: () => GrpcTls;
  #at = 0;
  #session: ClientHttp2Session | undefined;
  #dialing: Promise<ClientHttp2Session> | undefined;

  /** `tls` is asked with each new session, so that renewed certificates come into use. */
  constructor(endpoints: readonly string[], tls: () => GrpcTls) {
    this.#endpoints = endpoints;
    this.#tls = tls;
  }

  get endpoints(): number {
    return this.#endpoints.length;
  }

  /** The open session, at once, or a promise of one; that rejects with GrpcError, not sent, when no endpoint answers. */
  session(): ClientHttp2Session | Promise<ClientHttp2Session> {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    this.#dialing ??= this.#dial().finally(() => {
      this.#dialing = undefined;
    });
    return this.#dialing;
  }

  /** Leaves an endpoint whose member does not do its work (no leader, no answer), if there is another. */
  leave(session = this.#session): void {
    if (!session || session !== this.#session || this.#endpoints.length < 2) return;
    this.#at += 1;
    this.#session = undefined;
    session.close();
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  async #dial(): Promise<ClientHttp2Session> {
    const problems: string[] = [];
    for (let tried = 0; tried < this.#endpoints.length; tried += 1) {
      const endpoint = this.#endpoints[this.#at % this.#endpoints.length] ?? "";
      try {
        const session = await opened(endpoint, this.#tls());
        this.#session = session;
        session.on("close", () => this.#lost(session));
        keepAlive(session);
        return session;
      } catch (error) {
        problems.push(`${endpoint}: ${error instanceof Error ? error.message : String(error)}`);
        this.#at += 1;
      }
    }
    throw new GrpcError(grpcCodes.unavailable, `no etcd endpoint answers (${problems.join("; ")})`, { sent: false });
  }

  #lost(session: ClientHttp2Session): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#at += 1;
  }
}

function opened(endpoint: string, tls: GrpcTls): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(endpoint, {
      ...tls,
      settings: { initialWindowSize: windowBytes, enablePush: false },
      maxSessionMemory: 256,
    });
    const timer = setTimeout(() => session.destroy(new Error(`no connection within ${dialWithinMs} ms`)), dialWithinMs);
    session.once("connect", () => {
      clearTimeout(timer);
      session.setLocalWindowSize(windowBytes);
      session.unref();
      resolve(session);
    });
    // Every stream of the session reports the loss itself; here it only has to be forgotten.
    session.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
      session.destroy();
    });
    session.on("close", () => {
      clearTimeout(timer);
      reject(new Error("the connection was closed"));
    });
    session.on("goaway", () => session.close());
  });
}

/** A peer that no longer answers pings is gone, whatever TCP says. */
function keepAlive(session: ClientHttp2Session): void {
  let deadline: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (session.destroyed || session.closed || deadline) return;
    deadline = setTimeout(() => session.destroy(new Error("etcd does not answer pings")), pingWithinMs);
    deadline.unref();
    session.ping(() => {
      clearTimeout(deadline);
      deadline = undefined;
    });
  }, pingEveryMs);
  timer.unref();
  session.on("close", () => {
    clearInterval(timer);
    clearTimeout(deadline);
  });
}
