import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { type Handler, type Query, type Reply, reply } from "../message.ts";
import { readMessages, withLength } from "./tcp-stream.ts";
import { formatResponse, parseRequest, type Request } from "./wire.ts";

/** A question that was answered, for logs and metrics. */
export type Answered = {
  readonly query: Query;
  readonly request: Request;
  readonly reply: Reply;
  readonly client: { readonly address: string; readonly port: number };
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly seconds: number;
};

export type DnsServerOptions = {
  readonly address: string;
  readonly port: number;
  readonly onError: (thrown: unknown) => void;
  readonly onAnswered?: (answered: Answered) => void;
};
export type DnsServer = { readonly port: number; close(): Promise<void> };

const tcpIdleMs = 10_000;
const maxTcpConnections = 1_000;

/** Listens on UDP and TCP of one port and hands each question to `handler`; a failure there answers SERVFAIL. */
export async function startDnsServer(handler: Handler, options: DnsServerOptions): Promise<DnsServer> {
  const { address, port, onError } = options;
  const udp = createSocket({ type: address.includes(":") ? "udp6" : "udp4", recvBufferSize: 1 << 22 });
  let isClosed = false;
  udp.on("message", (message, client) => {
    if (client.port === 0) return; // who has no port wants no answer (RFC 768), and dgram throws for it
    // a question may be under way still when a reload closes its port
    const send: Send = (response) => isClosed || udp.send(response, client.port, client.address, ignore);
    answer(message, { handler, protocol: "udp", client, options }, send);
  });
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveStream(socket, handler, options);
  });
  tcp.maxConnections = maxTcpConnections;
  await listenTcp(tcp, port, address);
  const bound = (tcp.address() as { port: number }).port;
  try {
    await bindUdp(udp, bound, address);
  } catch (thrown) {
    tcp.close();
    throw thrown;
  }
  udp.on("error", onError);
  tcp.on("error", onError);
  const end = () => {
    isClosed = true;
    return close(udp, tcp, sockets);
  };
  return { port: bound, close: end };
}

async function close(udp: UdpSocket, tcp: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = Promise.withResolvers<void>();
  tcp.close(() => closed.resolve());
  for (const socket of sockets) socket.destroy();
  udp.close();
  await closed.promise;
}

type Send = (response: Buffer) => unknown;
type Context = {
  readonly handler: Handler;
  readonly protocol: "udp" | "tcp";
  readonly client: { readonly address: string; readonly port: number };
  readonly options: DnsServerOptions;
};

function answer(message: Buffer, { handler, protocol, client, options }: Context, send: Send): void {
  const parsed = parseRequest(message, protocol);
  if (parsed.kind === "ignored") return;
  if (parsed.kind === "refused") {
    send(parsed.response);
    return;
  }
  const { onError, onAnswered } = options;
  const { request } = parsed;
  const startedAt = performance.now();
  const finish = (given: Reply) => {
    const response = safeFormat(request, given, onError);
    send(response);
    onAnswered?.({
      query: request.query,
      request,
      reply: given,
      client,
      requestBytes: message.length,
      responseBytes: response.length,
      seconds: (performance.now() - startedAt) / 1_000,
    });
  };
  const fail = (thrown: unknown) => {
    onError(thrown);
    finish(reply("SERVFAIL"));
  };
  try {
    const given = handler(request.query);
    if (given instanceof Promise) given.then(finish, fail);
    else finish(given);
  } catch (thrown) {
    fail(thrown);
  }
}

function safeFormat(request: Request, answer: Reply, onError: (thrown: unknown) => void): Buffer {
  try {
    return formatResponse(request, answer);
  } catch (thrown) {
    onError(thrown);
    return formatResponse(request, reply("SERVFAIL"));
  }
}

function serveStream(socket: Socket, handler: Handler, options: DnsServerOptions): void {
  const client = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  socket.setTimeout(tcpIdleMs, () => socket.destroy());
  socket.on("error", ignore);
  socket.on(
    "data",
    readMessages((message) =>
      answer(message, { handler, protocol: "tcp", client, options }, (response) => socket.write(withLength(response))),
    ),
  );
}

function listenTcp(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
}

function bindUdp(socket: UdpSocket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => socket.once("error", reject).bind(port, address, resolve));
}

function ignore(): void {}
