/** gRPC over node:http2, only what etcd needs: unary calls with a deadline and one bidirectional stream. */
import { type ClientHttp2Session, type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from "node:http2";
import { Connection, type GrpcTls } from "./connection.ts";
import { GrpcError, grpcCodes } from "./grpc-error.ts";

type Listener = { message(bytes: Buffer): void; end(error?: GrpcError): void };

/** Calls over one connection at a time. */
export class GrpcChannel {
  readonly #connection: Connection;

  constructor(endpoints: readonly string[], tls: () => GrpcTls) {
    this.#connection = new Connection(endpoints, tls);
  }

  /** How many servers there are to ask. */
  get endpoints(): number {
    return this.#connection.endpoints;
  }

  /** Sends one message and gives the one that comes back; rejects with GrpcError. */
  async unary(path: string, message: Buffer, deadlineMs: number): Promise<Buffer> {
    const found = this.#connection.session();
    const session = found instanceof Promise ? await found : found;
    try {
      return await unaryOn(session, { path, message, deadlineMs });
    } catch (error) {
      const isMembers = error instanceof GrpcError && memberTrouble.includes(error.code);
      if (isMembers) this.#connection.leave(session);
      throw error;
    }
  }

  /** Opens a stream for as long as both sides like; `on.end` is called once, with an error unless the status was OK. */
  async open(path: string, on: Listener, headers: Readonly<Record<string, string>> = {}): Promise<ClientHttp2Stream> {
    return openOn(await this.#connection.session(), { path, on, headers });
  }

  /** Lets go of the endpoint in use, if there is another: its member is of no use. */
  moveOn(): void {
    this.#connection.leave();
  }

  close(): void {
    this.#connection.close();
  }
}

const memberTrouble: readonly number[] = [grpcCodes.unavailable, grpcCodes.deadlineExceeded];

type Unary = { readonly path: string; readonly message: Buffer; readonly deadlineMs: number };

function unaryOn(session: ClientHttp2Session, { path, message, deadlineMs }: Unary): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer: Buffer | undefined;
    const on: Listener = {
      message: (bytes) => {
        answer = bytes;
      },
      end: (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else if (answer) resolve(answer);
        else reject(new GrpcError(grpcCodes.unavailable, `${path}: the server ended the call without an answer`));
      },
    };
    const stream = openOn(session, { path, on });
    const timer = setTimeout(() => {
      stream.close(constants.NGHTTP2_CANCEL);
      reject(new GrpcError(grpcCodes.deadlineExceeded, `${path}: no answer within ${deadlineMs} ms`));
    }, deadlineMs);
    stream.end(framed(message));
  });
}

type Open = { readonly path: string; readonly on: Listener; readonly headers?: Readonly<Record<string, string>> };

function openOn(session: ClientHttp2Session, { path, on, headers }: Open): ClientHttp2Stream {
  const stream = begin(session, {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    "user-agent": "kube-apiserver",
    ...headers,
  });
  let status: GrpcError | undefined | "none" = "none";
  let failure: Error | undefined;
  const readStatus = (received: Record<string, unknown>) => {
    const code = received["grpc-status"];
    if (code === undefined) return;
    const text = decodeURIComponent(String(received["grpc-message"] ?? ""));
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
      new GrpcError(grpcCodes.unavailable, `${path}: connection lost${failure ? `: ${failure.message}` : ""}`, {
        cause: failure,
      });
    on.end(status === "none" ? lost() : status);
  });
  return stream;
}

function begin(session: ClientHttp2Session, headers: OutgoingHttpHeaders): ClientHttp2Stream {
  try {
    return session.request(headers, { endStream: false });
  } catch (cause) {
    // The session broke since it was looked up.
    throw new GrpcError(grpcCodes.unavailable, "the connection to etcd broke", { sent: false, cause });
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
