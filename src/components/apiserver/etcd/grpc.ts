/** gRPC over node:http2, only what etcd needs: unary calls with a deadline and one bidirectional stream. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";

export type GrpcTls = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

/** A call that the server ended with a status other than OK, or that never reached one (code 14, unavailable). */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
export const grpcCodes = { deadlineExceeded: 4, outOfRange: 11, unavailable: 14 } as const;

const windowBytes = 8 * 1024 * 1024;

/** One HTTP/2 session to the first endpoint that answers; the next endpoint takes over when it breaks. */
export class GrpcChannel {
  readonly #endpoints: readonly string[];
  readonly #tls: GrpcTls;
  #next = 0;
  #session: ClientHttp2Session | undefined;

  constructor(endpoints: readonly string[], tls: GrpcTls) {
    this.#endpoints = endpoints;
    this.#tls = tls;
  }

  /** Sends one message and gives the one that comes back; rejects with GrpcError. */
  unary(path: string, message: Buffer, deadlineMs: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let answer: Buffer | undefined;
      const stream = this.open(path, {
        message: (bytes) => {
          answer = bytes;
        },
        end: (error) => {
          clearTimeout(timer);
          if (error) reject(error);
          else if (answer) resolve(answer);
          else reject(new GrpcError(grpcCodes.unavailable, `${path}: the server ended the call without an answer`));
        },
      });
      const timer = setTimeout(() => {
        stream.close(constants.NGHTTP2_CANCEL);
        reject(new GrpcError(grpcCodes.deadlineExceeded, `${path}: no answer within ${deadlineMs} ms`));
      }, deadlineMs);
      stream.end(framed(message));
    });
  }

  /** Opens a stream; `end` is called once, with an error unless the status was OK. */
  open(path: string, on: { message(bytes: Buffer): void; end(error?: GrpcError): void }): ClientHttp2Stream {
    const stream = this.#connected().request(
      {
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
        "user-agent": "kube-apiserver",
      },
      { endStream: false },
    );
    let status: GrpcError | undefined | "none" = "none";
    let failure: Error | undefined;
    const readStatus = (headers: Record<string, unknown>) => {
      const code = headers["grpc-status"];
      if (code === undefined) return;
      const text = decodeURIComponent(String(headers["grpc-message"] ?? ""));
      status = Number(code) === 0 ? undefined : new GrpcError(Number(code), text || `gRPC status ${code}`);
    };
    stream.on("response", readStatus);
    stream.on("trailers", readStatus);
    stream.on("data", deframer(on.message));
    stream.on("error", (error) => {
      failure = error;
    });
    stream.on("close", () => {
      const lost = () =>
        new GrpcError(grpcCodes.unavailable, `${path}: connection lost${failure ? `: ${failure.message}` : ""}`);
      on.end(status === "none" ? lost() : status);
    });
    return stream;
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #connected(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const endpoint = this.#endpoints[this.#next % this.#endpoints.length] ?? "";
    this.#next += 1;
    const session = connect(endpoint, {
      ...this.#tls,
      settings: { initialWindowSize: windowBytes, enablePush: false },
      maxSessionMemory: 256,
    });
    session.on("connect", () => session.setLocalWindowSize(windowBytes));
    // Every stream of the session reports the loss itself; here it only has to be forgotten.
    session.on("error", () => session.destroy());
    session.on("goaway", () => session.close());
    session.on("close", () => {
      if (this.#session === session) this.#session = undefined;
    });
    session.unref();
    this.#session = session;
    return session;
  }
}

/** A message with gRPC's five bytes in front: not compressed, length. */
export function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, 5);
  return frame;
}

/** Cuts a byte stream into messages; a message is handed on when its last byte is there. */
export function deframer(onMessage: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = 5;
  return (chunk) => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < wanted) return;
    let rest = held.length === 1 ? chunk : Buffer.concat(held);
    while (rest.length >= 5) {
      wanted = 5 + rest.readUInt32BE(1);
      if (rest.length < wanted) break;
      onMessage(rest.subarray(5, wanted));
      rest = rest.subarray(wanted);
      wanted = 5;
    }
    held = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
  };
}
