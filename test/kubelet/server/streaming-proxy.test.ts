import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { proxyUpgrade } from "../../../src/kubelet/server/streaming-proxy.ts";

let runtime: Server;
let kubelet: Server;
let client: Socket;
/** The runtime's side of the stream, and the kubelet's of the client's. */
let asked: Promise<{ request: IncomingMessage; socket: Duplex }>;
let arrived: Promise<Duplex>;

beforeEach(async () => {
  const asking = Promise.withResolvers<{ request: IncomingMessage; socket: Duplex }>();
  const arriving = Promise.withResolvers<Duplex>();
  [asked, arrived] = [asking.promise, arriving.promise];
  runtime = await listening(
    createServer().on("upgrade", (request, socket) => {
      socket.on("end", () => socket.end());
      asking.resolve({ request, socket });
    }),
  );
  const location = `http://127.0.0.1:${portOf(runtime)}/exec/token`;
  kubelet = await listening(
    createServer().on("upgrade", (incoming, socket, head) => {
      socket.on("error", () => socket.destroy());
      arriving.resolve(socket);
      proxyUpgrade(incoming, { socket, head }, location).catch(() => socket.destroy());
    }),
  );
  client = connect(portOf(kubelet), "127.0.0.1").on("error", () => undefined);
  client.write("POST /exec/ns/pod/c HTTP/1.1\r\nHost: any\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
});
afterEach(async () => {
  client.destroy();
  (await asked).socket.destroy();
  runtime.close();
  kubelet.close();
});

test("a client whose connection breaks before the runtime has answered takes its stream along", async () => {
  const { socket } = await asked;
  client.resetAndDestroy();
  await closed(socket);
});

test.each([
  ["an orderly end", () => client.destroy()],
  ["a reset", () => client.resetAndDestroy()],
])("a client that goes as the runtime answers takes its stream along: %s", async (_, leave) => {
  const { socket } = await asked;
  leave();
  socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
  await closed(socket);
});

test("bytes go both ways until one side ends", async () => {
  const { socket, request } = await asked;
  expect(request.url).toBe("/exec/token");
  socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nhello");
  let heard = "";
  for await (const chunk of client.iterator({ destroyOnReturn: false })) {
    heard += chunk;
    if (heard.endsWith("hello")) break;
  }
  client.write("there");
  expect(String((await once(socket, "data"))[0])).toBe("there");
  socket.destroy();
  await closed(await arrived);
});

/** Time enough for a busy machine; without a mend it would never be. */
async function closed(socket: Duplex): Promise<void> {
  socket.on("error", () => undefined).resume();
  if (!socket.closed) await once(socket, "close", { signal: AbortSignal.timeout(20_000) });
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
