import { type ClientHttp2Session, connect } from "node:http2";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { messageOf, SlipwayError } from "../base/errors.ts";
import type { Connection } from "./client.ts";
import { certificateVersion, clientCertificate } from "./credentials.ts";

const connectWithinMs = 10_000;
/** As client-go's. */
const patience: KeepAlive = { pingEveryMs: 30_000, pingWithinMs: 15_000 };
const certificateCheckEveryMs = 5_000;
const streamWindowBytes = 1 << 20;
const sessionWindowBytes = 16 << 20;

/** How often a silent peer is asked whether it is there, and how long its answer is waited for. */
export type KeepAlive = { readonly pingEveryMs: number; readonly pingWithinMs: number };

/** One HTTP/2 session over TLS to one server, opened on the first use and made anew when it drops. */
export class Session {
  readonly #connection: Connection;
  readonly #keepAlive: KeepAlive;
  #open: Promise<ClientHttp2Session> | undefined;
  #certificate = { version: "", checkedAt: 0 };
  readonly #closed = new AbortController();

  constructor(connection: Connection, keepAlive = patience) {
    this.#connection = connection;
    this.#keepAlive = keepAlive;
  }

  /** A session that can take requests. Rejects with SlipwayError API_UNREACHABLE. */
  async get(): Promise<ClientHttp2Session> {
    if (this.#closed.signal.aborted) throw unreachable(this.#connection.server, new Error("the client was closed"));
    this.#dropOldCertificate();
    const pending = this.#open;
    if (pending !== undefined) {
      const session = await pending;
      if (!session.closed && !session.destroyed) return session;
      this.#forget(pending);
    }
    this.#open ??= this.#connect();
    return this.#open;
  }

  /** Ends the session with all its streams, at once. */
  close(): void {
    this.#closed.abort();
    this.#open?.then(
      (session) => session.destroy(),
      () => undefined,
    );
    this.#open = undefined;
  }

  #connect(): Promise<ClientHttp2Session> {
    const opened = this.#handshake();
    opened.then(
      (session) => session.once("close", () => this.#forget(opened)).once("goaway", () => this.#forget(opened)),
      () => this.#forget(opened),
    );
    return opened;
  }

  async #handshake(): Promise<ClientHttp2Session> {
    try {
      const socket = await secureSocket(this.#connection, this.#closed.signal);
      const session = connect(this.#connection.server, {
        createConnection: () => socket,
        settings: { initialWindowSize: streamWindowBytes, enablePush: false },
      });
      // without a listener a dropped connection would be an uncaught exception; streams report it
      session.on("error", () => undefined);
      session.setLocalWindowSize(sessionWindowBytes);
      keepAlive(session, this.#keepAlive);
      if (this.#closed.signal.aborted) session.destroy();
      return session;
    } catch (thrown) {
      throw unreachable(this.#connection.server, thrown);
    }
  }

  #forget(opened: Promise<ClientHttp2Session>): void {
    if (this.#open === opened) this.#open = undefined;
  }

  /** A rotated certificate takes effect on the next request; streams of the old session run to their end. */
  #dropOldCertificate(): void {
    const now = performance.now();
    if (this.#connection.credentials.kind !== "certificateFiles") return;
    if (this.#open !== undefined && now - this.#certificate.checkedAt < certificateCheckEveryMs) return;
    const version = certificateVersion(this.#connection.credentials);
    if (version !== this.#certificate.version && this.#open !== undefined) {
      this.#open.then(
        (session) => session.close(),
        () => undefined,
      );
      this.#open = undefined;
    }
    this.#certificate = { version, checkedAt: now };
  }
}

async function secureSocket(connection: Connection, closed: AbortSignal): Promise<Duplex> {
  const { hostname, port } = new URL(connection.server);
  const host = hostname.replace(/^\[|\]$/g, "");
  const raw = connection.dial ? await connection.dial() : undefined;
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      // with a given socket the host is what the certificate is checked for
      host,
      ...(raw ? { socket: raw } : { port: Number(port || 443) }),
      ...(isIp(connection.tlsServerName ?? host) ? {} : { servername: connection.tlsServerName ?? host }),
      ...(connection.ca ? { ca: connection.ca } : {}),
      ...clientCertificate(connection.credentials),
      rejectUnauthorized: !connection.insecureSkipTlsVerify,
      ALPNProtocols: ["h2"],
    });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no TLS handshake within ${connectWithinMs} ms`)),
      connectWithinMs,
    );
    const stop = () => socket.destroy(new Error("the client was closed"));
    closed.addEventListener("abort", stop, { once: true });
    const settled = () => {
      clearTimeout(timer);
      closed.removeEventListener("abort", stop);
    };
    const failed = (thrown?: Error) => {
      settled();
      reject(thrown ?? new Error("the connection was closed during the TLS handshake"));
    };
    socket.once("error", failed).once("close", failed);
    socket.once("secureConnect", () => {
      settled();
      socket.off("error", failed).off("close", failed);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** A peer that vanished without a FIN is noticed by an unanswered ping, as client-go does. */
function keepAlive(session: ClientHttp2Session, { pingEveryMs, pingWithinMs }: KeepAlive): void {
  const timer = setInterval(() => {
    // Between its end and the news of it a session throws.
    if (session.destroyed) return;
    const deadline = setTimeout(() => session.destroy(new Error("no answer to a ping")), pingWithinMs);
    deadline.unref();
    const sent = session.ping(() => clearTimeout(deadline));
    if (!sent) clearTimeout(deadline);
  }, pingEveryMs);
  timer.unref();
  session.once("close", () => clearInterval(timer));
}

function isIp(host: string): boolean {
  return host.includes(":") || /^[\d.]+$/.test(host);
}

function unreachable(server: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    {
      code: "API_UNREACHABLE",
      exit: "connection",
      message: "can't reach the API server",
      tried: server,
      got: messageOf(cause),
      remedy: "see whether kube-apiserver runs, and that the kubeconfig names its address and its CA",
    },
    { cause },
  );
}
