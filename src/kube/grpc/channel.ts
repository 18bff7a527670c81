import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from "node:http2";
import { connect as connectSocket } from "node:net";
import type { Duplex } from "node:stream";
import { messageOf } from "../../base/errors.ts";
import { timerDelay } from "../../base/timer-delay.ts";
import { framed, unframer } from "./frame.ts";
import { GrpcError, type GrpcStatus, grpcStatuses } from "./status.ts";

/** A gRPC connection: one HTTP/2 session, made at the first call and anew after it broke. */
export type Channel = {
  /** Sends one message and gives those that come back as they arrive; rejects with GrpcError. */
  call(request: Call): AsyncIterable<Uint8Array>;
  /** Ends the session; calls under way fail with CANCELLED. */
  close(): void;
};

export type Call = {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly message: Uint8Array;
  /** Sent as headers: what gRPC calls metadata. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** No deadline unless given. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Opens a channel over streams that `dial` gives; plain text, as container runtimes speak on their socket. */
export function channelOver(dial: () => Duplex): Channel {
  let session: ClientHttp2Session | undefined;
  let underWay = 0;
  const current = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed) return session;
    session = connect("http://localhost", { createConnection: dial });
    // A broken session is told to each call by its own stream.
    session.on("error", () => {});
    return session;
  };
  /** An idle session does not keep the process alive; one with calls does. */
  async function* counted(request: Call): AsyncGenerator<Uint8Array> {
    underWay += 1;
    try {
      yield* exchange(() => referenced(current()), request);
    } finally {
      underWay -= 1;
      if (underWay === 0) session?.unref();
    }
  }
  return {
    call: counted,
    close: () => session?.destroy(undefined, 8),
  };
}

function referenced(session: ClientHttp2Session): ClientHttp2Session {
  session.ref();
  return session;
}

/** A channel to a unix socket. */
export function unixChannel(path: string): Channel {
  return channelOver(() => connectSocket(path));
}

async function* exchange(session: () => ClientHttp2Session, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  call.signal?.throwIfAborted();
  const ended = new AbortController();
  const begun = performance.now();
  const timer = call.deadlineMs && setTimeout(() => ended.abort("DEADLINE_EXCEEDED"), timerDelay(call.deadlineMs));
  const cancel = () => ended.abort("CANCELLED");
  call.signal?.addEventListener("abort", cancel, { once: true });
  let stream: ClientHttp2Stream | undefined;
  try {
    stream = open(session(), call);
    ended.signal.addEventListener("abort", () => stream?.close(8), { once: true });
    yield* answer(stream, ended.signal, call.path);
  } catch (thrown) {
    // a server drops a call at its deadline, which may be heard before our own timer is
    const isLate = call.deadlineMs ? performance.now() - begun >= call.deadlineMs : false;
    if (isLate && !isTold(thrown)) ended.abort("DEADLINE_EXCEEDED");
    throw asGrpcError(thrown, ended.signal, call);
  } finally {
    clearTimeout(timer || undefined);
    call.signal?.removeEventListener("abort", cancel);
    stream?.close(8);
  }
}

function open(session: ClientHttp2Session, { path, message, metadata, deadlineMs }: Call): ClientHttp2Stream {
  const stream = session.request({
    ...metadata,
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...(deadlineMs ? { "grpc-timeout": timeoutValue(deadlineMs) } : {}),
  });
  stream.end(framed(message));
  return stream;
}

/** At most eight digits (gRPC over HTTP/2, Timeout): milliseconds reach for 27 hours, and a runtime gives up a stop that lasts longer. */
function timeoutValue(deadlineMs: number): string {
  const ms = Math.ceil(deadlineMs);
  return ms <= 99_999_999 ? `${ms}m` : `${Math.min(Math.ceil(ms / 1000), 99_999_999)}S`;
}

async function* answer(stream: ClientHttp2Stream, ended: AbortSignal, path: string): AsyncGenerator<Uint8Array> {
  let status: IncomingHttpHeaders = {};
  stream.on("response", (headers) => {
    status = headers;
  });
  stream.on("trailers", (trailers) => {
    status = trailers;
  });
  const messagesOf = unframer();
  for await (const chunk of stream) yield* messagesOf(chunk as Buffer);
  if (ended.aborted) throw ended.reason;
  const error = errorOf(status, path);
  if (error) throw error;
}

/** The error that the last headers tell, if any; headers without a status are a connection that went away. */
function errorOf(headers: IncomingHttpHeaders, path: string): GrpcError | undefined {
  const code = headers["grpc-status"];
  if (code === "0") return undefined;
  if (code === undefined) {
    const http = headers[":status"];
    const reason =
      http === undefined || Number(http) === 200 ? "the stream ended without a status" : `HTTP status ${http}`;
    return new GrpcError({ status: "UNAVAILABLE", reason, tried: path });
  }
  const status: GrpcStatus = grpcStatuses[Number(code)] ?? "UNKNOWN";
  return new GrpcError({ status, reason: decodeMessage(String(headers["grpc-message"] ?? "")), tried: path });
}

/** grpc-message is percent-encoded UTF-8; a malformed one is given as it came. */
function decodeMessage(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** Whether the server said how the call ended. */
function isTold(thrown: unknown): boolean {
  return thrown instanceof GrpcError && thrown.status !== "UNAVAILABLE";
}

function asGrpcError(thrown: unknown, ended: AbortSignal, { path, deadlineMs }: Call): Error {
  if (ended.aborted) {
    const status: GrpcStatus = ended.reason === "DEADLINE_EXCEEDED" ? "DEADLINE_EXCEEDED" : "CANCELLED";
    const reason = status === "CANCELLED" ? "cancelled by the caller" : `no answer within ${deadlineMs} ms`;
    return new GrpcError({ status, reason, tried: path }, { cause: thrown });
  }
  if (thrown instanceof GrpcError) return thrown;
  return new GrpcError({ status: "UNAVAILABLE", reason: messageOf(thrown), tried: path }, { cause: thrown });
}
