import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { type Handler, type Reply, reply } from "./message.ts";
import { formatResponse, parseRequest, type Request } from "./wire.ts";

export type DnsServerOptions = {
  readonly address: string;
  readonly port: number;
  readonly onError: (thrown: unknown) => void;
};
export type DnsServer = { readonly port: number; close(): Promise<void> };

const tcpIdleMs = 10_000;
const maxTcpConnections = 1_000;

/** Listens on UDP and TCP of one port and hands each question to `handler`; a failure there answers SERVFAIL. */
export async function startDnsServer(
  handler: Handler,
  { address, port, onError }: DnsServerOptions,
): Promise<DnsServer> {
  const udp = createSocket({ type: address.includes(":") ? "udp6" : "udp4", recvBufferSize: 1 << 20 });
  udp.on("message", (message, { address: from, port: fromPort }) => {
    const send: Send = (response) => udp.send(response, fromPort, from, ignore);
    answer(message, { handler, protocol: "udp", onError }, send);
  });
  const tcp = createServer((socket) =>
    serveStream(socket, (message, send) => answer(message, { handler, protocol: "tcp", onError }, send)),
  );
  tcp.maxConnections = maxTcpConnections;
  await listenTcp(tcp, port, address);
  const bound = (tcp.address() as { port: number }).port;
  await bindUdp(udp, bound, address);
  udp.on("error", onError);
  tcp.on("error", onError);

  return {
    port: bound,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      tcp.close(() => closed.resolve());
      udp.close();
      await closed.promise;
    },
  };
}

type Send = (response: Buffer) => void;
type Context = {
  readonly handler: Handler;
  readonly protocol: "udp" | "tcp";
  readonly onError: (thrown: unknown) => void;
};

function answer(message: Buffer, { handler, protocol, onError }: Context, send: Send): void {
  const parsed = parseRequest(message, protocol);
  if (parsed.kind === "ignored") return;
  if (parsed.kind === "refused") {
    send(parsed.response);
    return;
  }
  const finish = (given: Reply) => send(safeFormat(parsed.request, given, onError));
  const fail = (thrown: unknown) => {
    onError(thrown);
    finish(reply("SERVFAIL"));
  };
  try {
    const given = handler(parsed.request.query);
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

/** Messages by TCP carry their length in two bytes before them (RFC 1035, section 4.2.2). */
function serveStream(socket: Socket, respond: (message: Buffer, send: Send) => void): void {
  let buffered: Buffer = Buffer.alloc(0);
  socket.setTimeout(tcpIdleMs, () => socket.destroy());
  socket.on("error", ignore);
  socket.on("data", (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    while (buffered.length >= 2 && buffered.length >= buffered.readUInt16BE(0) + 2) {
      const end = buffered.readUInt16BE(0) + 2;
      const message = buffered.subarray(2, end);
      buffered = buffered.subarray(end);
      respond(message, (response) => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(response.length);
        socket.write(Buffer.concat([length, response]));
      });
    }
  });
}

function listenTcp(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
}

function bindUdp(socket: UdpSocket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => socket.once("error", reject).bind(port, address, resolve));
}

function ignore(): void {}
