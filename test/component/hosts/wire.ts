import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A TCP wire to a port of 127.0.0.1 that a test can cut, freeze or make slow. */
export type Wire = {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Bytes that have gone to the server, SSH's own among them. */
  readonly sentBytes: number;
  /** Breaks every connection, as a peer that is reset. */
  cut(): void;
  /** Cuts when so many more bytes have gone to the server. */
  cutAfter(bytes: number): void;
  /** Nothing passes any more and nothing is closed, as with a host that lost power. */
  freeze(): void;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function wireTo(target: number, { latencyMs = 0 }: { latencyMs?: number } = {}): Promise<Wire> {
  const sockets = new Set<Socket>();
  const state = { isFrozen: false, left: Number.POSITIVE_INFINITY, connections: 0, sentBytes: 0 };
  const cut = (): void => {
    state.left = Number.POSITIVE_INFINITY;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const carry = (from: Socket, to: Socket, onBytes: (count: number) => void): void => {
    sockets.add(from);
    from.setNoDelay(true);
    from.on("error", () => {});
    from.on("close", () => sockets.delete(from));
    from.on("data", async (chunk: Buffer) => {
      if (latencyMs > 0) await sleep(latencyMs);
      if (state.isFrozen) return;
      if (!to.write(chunk)) from.pause();
      onBytes(chunk.length);
    });
    to.on("drain", () => from.resume());
    from.on("end", async () => {
      if (latencyMs > 0) await sleep(latencyMs);
      if (!state.isFrozen) to.end();
    });
  };
  const server = createServer((client) => {
    state.connections += 1;
    const upstream = connect(target, "127.0.0.1");
    carry(client, upstream, (count) => {
      state.sentBytes += count;
      state.left -= count;
      if (state.left <= 0) cut();
    });
    carry(upstream, client, () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    get connections() {
      return state.connections;
    },
    get sentBytes() {
      return state.sentBytes;
    },
    cut,
    cutAfter: (bytes) => {
      state.left = bytes;
    },
    freeze: () => {
      state.isFrozen = true;
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
