import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

type Link = { readonly near: Socket; readonly far: Socket };

/** A port that passes bytes on to a server, and can hang up halfway or stop without a word. */
export class Relay {
  readonly url: string;
  readonly #server: Server;
  readonly #links: Link[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(target: string): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const relay = new Relay(server);
    server.on("connection", (near) => relay.#join(near, Number(new URL(target).port)));
    return relay;
  }

  /** Ends the sending half of the newest connection; what comes from the client still flows. */
  hangUp(): void {
    const { near, far } = this.#newest();
    far.unpipe(near);
    near.end();
  }

  /** Passes nothing on any more, on no connection that there is now. */
  freeze(): void {
    for (const { near, far } of this.#links) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  stop(): void {
    for (const socket of this.#links.flatMap(({ near, far }) => [near, far])) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket, port: number): void {
    const far = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    for (const socket of [near, far]) socket.on("error", () => undefined);
    near.pipe(far).pipe(near);
    this.#links.push({ near, far });
  }

  #newest(): Link {
    const newest = this.#links.at(-1);
    if (!newest) throw new Error("nobody has connected to the relay");
    return newest;
  }
}
