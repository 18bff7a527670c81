import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { unlessAborted } from "../base/unless-aborted.ts";
import { ApiError } from "./api-error.ts";
import type { Connection, RawRequest, RawResponse } from "./client.ts";
import { authorizationHeader } from "./credentials.ts";
import { type KeepAlive, Session } from "./session.ts";

const retriesWhenBusy = 10;
const retriesWhenRefused = 5;

export type ExchangeOptions = {
  /** What the server's audit log and leases show; the default is `slipway`. */
  readonly userAgent?: string;
  /** Deadline of everything but watches, 60 s by default. */
  readonly requestWithinMs?: number;
  /** 30 s and 15 s by default. */
  readonly keepAlive?: KeepAlive;
  /** A session to share, where many callers with tokens of their own use one connection. */
  readonly session?: Session;
  /** The authorization header of each request, in place of the connection's credentials. */
  readonly authorization?: () => Promise<string | undefined>;
  /** Told of every 401: the next request must come with another authorization. */
  readonly unauthorized?: () => void;
  /** Told of every answer's first line, and of every request that none came to. */
  readonly answered?: (answered: Answered) => void;
};

/** An attempt of a request; without a status no answer came. */
export type Answered = { readonly method: string; readonly status: number | undefined; readonly tookMs: number };

/** How requests become streams of a session: headers, bodies, aborts, retries. */
export class Exchange {
  readonly #session: Session;
  readonly #server: string;
  readonly #authorization: () => Promise<string | undefined> | string | undefined;
  readonly #unauthorized: (() => void) | undefined;
  readonly #answered: ((answered: Answered) => void) | undefined;
  readonly #userAgent: string;
  readonly #requestWithinMs: number;

  constructor(connection: Connection, options: ExchangeOptions = {}) {
    const { userAgent = "slipway", requestWithinMs = 60_000 } = options;
    this.#session = options.session ?? new Session(connection, options.keepAlive);
    this.#server = connection.server;
    this.#authorization = options.authorization ?? authorizationHeader(connection.credentials);
    this.#unauthorized = options.unauthorized;
    this.#answered = options.answered;
    this.#userAgent = userAgent;
    this.#requestWithinMs = requestWithinMs;
  }

  /** Sends and reads the whole answer; waits and tries again where the server says Retry-After. */
  async send(request: RawRequest): Promise<RawResponse> {
    const deadline = AbortSignal.timeout(this.#requestWithinMs);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
    for (let attempt = 0; ; attempt++) {
      const response = await this.#sendOnce({ ...request, signal });
      const waitMs = retryAfterMs(response);
      if (waitMs === undefined || attempt >= retriesWhenBusy) return throwIfRefused(request, response);
      await sleep(waitMs, undefined, { signal });
    }
  }

  /** Sends and gives the stream once its headers are there; rejects with ApiError on status >= 400. */
  async stream(request: RawRequest): Promise<ClientHttp2Stream> {
    const { stream, status, body } = await this.#open(request, (code) => code >= 400);
    if (!body) return stream;
    throw ApiError.fromBody(status, (await body).toString(), tried(request));
  }

  close(): void {
    this.#session.close();
  }

  async #sendOnce(request: RawRequest): Promise<RawResponse> {
    const { status, headers, body } = await this.#open(request, () => true);
    try {
      return { status, headers: plainHeaders(headers), body: (await body) ?? Buffer.alloc(0) };
    } catch (thrown) {
      throw this.#broken(request, thrown);
    }
  }

  async #open(request: RawRequest, isWanted: (status: number) => boolean): Promise<Opened> {
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now();
      const tell = (status?: number) =>
        this.#answered?.({ method: request.method, status, tookMs: performance.now() - startedAt });
      try {
        const opened = await this.#openOnce(request, isWanted);
        tell(opened.status);
        return opened;
      } catch (thrown) {
        tell();
        if (thrown instanceof SlipwayError) throw thrown;
        if (!neverSent(thrown) || attempt >= retriesWhenRefused) throw this.#broken(request, thrown);
      }
    }
  }

  async #openOnce(request: RawRequest, isWanted: (status: number) => boolean): Promise<Opened> {
    // a signal that aborts meanwhile would not end the request that is sent after
    const [session, authorization] = await unlessAborted(this.#begin(), request.signal);
    const body = encode(request.body);
    const stream = session.request(
      {
        ":method": request.method,
        ":path": request.path,
        accept: "application/json",
        "user-agent": this.#userAgent,
        ...(authorization ? { authorization } : {}),
        ...(body ? { "content-type": "application/json", "content-length": body.length } : {}),
        ...request.headers,
      },
      { endStream: body === undefined },
    );
    abortOn(stream, request.signal);
    if (body) stream.end(body);
    return new Promise((resolve, reject) => {
      stream.once("response", (headers) => {
        const status = Number(headers[":status"]);
        if (status === 401) this.#unauthorized?.();
        // reading begins here: a short answer may be over before anybody awaits this
        const body = isWanted(status) ? readAll(stream) : undefined;
        body?.catch(() => undefined);
        resolve({ stream, status, headers, body });
      });
      stream.once("error", reject);
      stream.once("close", () => reject(new ClosedStream(stream.rstCode)));
    });
  }

  async #begin(): Promise<[ClientHttp2Session, string | undefined]> {
    return [await this.#session.get(), await this.#authorization()];
  }

  #broken(request: RawRequest, cause: unknown): unknown {
    if (request.signal?.aborted && !isTimeout(request.signal)) return request.signal.reason;
    return new SlipwayError(
      {
        code: "API_CONNECTION_LOST",
        exit: "connection",
        message: "the connection to the API server broke before it had answered",
        tried: `${tried(request)} at ${this.#server}`,
        got: messageOf(isTimeout(request.signal) ? request.signal?.reason : cause),
      },
      { cause },
    );
  }
}

/** A stream with its headers, and its whole body where that is wanted. */
type Opened = {
  readonly stream: ClientHttp2Stream;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Promise<Buffer> | undefined;
};

/** A stream that ended without headers. */
class ClosedStream extends Error {
  readonly rstCode: number;
  constructor(rstCode: number) {
    super(`the stream was reset (code ${rstCode})`);
    this.rstCode = rstCode;
  }
}

/** True where the server can't have acted on the request, so that even a POST may be sent again (RFC 9113, 8.7). */
function neverSent(thrown: unknown): boolean {
  if (thrown instanceof ClosedStream) return thrown.rstCode === constants.NGHTTP2_REFUSED_STREAM;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === "ERR_HTTP2_STREAM_ERROR") return message.includes("NGHTTP2_REFUSED_STREAM");
  return code === "ERR_HTTP2_INVALID_SESSION" || code === "ERR_HTTP2_GOAWAY_SESSION";
}

function abortOn(stream: ClientHttp2Stream, signal: AbortSignal | undefined): void {
  if (!signal) return;
  const abort = () => stream.close(constants.NGHTTP2_CANCEL);
  signal.addEventListener("abort", abort, { once: true });
  stream.once("close", () => signal.removeEventListener("abort", abort));
}

function isTimeout(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && (signal.reason as Error).name === "TimeoutError";
}

function readAll(stream: ClientHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", () => resolve(Buffer.concat(chunks)));
    stream.once("error", reject);
    stream.once("close", () => reject(new ClosedStream(stream.rstCode)));
  });
}

function retryAfterMs({ status, headers }: RawResponse): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && headers["retry-after"] !== undefined ? seconds * 1000 : undefined;
}

function throwIfRefused(request: RawRequest, response: RawResponse): RawResponse {
  if (response.status < 400) return response;
  throw ApiError.fromBody(response.status, response.body.toString(), tried(request));
}

function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(":") || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

function encode(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

const tried = ({ method, path }: RawRequest): string => `${method} ${path}`;
