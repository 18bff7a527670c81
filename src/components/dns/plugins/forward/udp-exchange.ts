import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { type Address, type Exchange, type Question, Underway } from "./exchange.ts";

type Open = {
  readonly socket: Socket;
  readonly underway: Underway;
  readonly connected: Promise<void>;
  readonly openedAt: number;
};
type Options = { readonly expireMs: number; readonly random: () => number; readonly now: () => number };

/** Asks by UDP over one socket, which is replaced after `expireMs`, so that its port does not stay guessable. */
export class UdpExchange implements Exchange {
  readonly #to: Address;
  readonly #options: Options;
  #current: Open | undefined;

  constructor(to: Address, options: Options) {
    this.#to = to;
    this.#options = options;
  }

  async ask(question: Question, timeoutMs: number): Promise<Buffer> {
    const { socket, underway, connected } = this.#open();
    await connected;
    return underway.add(question, timeoutMs, (message) =>
      socket.send(message, (error) => error && underway.failAll(error)),
    );
  }

  close(): void {
    if (this.#current) retire(this.#current);
    this.#current = undefined;
  }

  #open(): Open {
    const now = this.#options.now();
    if (this.#current && now - this.#current.openedAt < this.#options.expireMs) return this.#current;
    this.close();
    const socket = createSocket({ type: isIPv6(this.#to.address) ? "udp6" : "udp4", recvBufferSize: 1 << 20 });
    const underway = new Underway(this.#options.random);
    const connected = Promise.withResolvers<void>();
    // connected, so that the kernel drops what others send, and tells at once when nobody listens there
    socket.connect(this.#to.port, this.#to.address, connected.resolve);
    socket.on("message", (message) => underway.answer(message));
    // closed before it was connected, it would leave who asked waiting for ever
    socket.on("close", () => connected.reject(new Error("the socket was closed")));
    connected.promise.catch(() => undefined);
    socket.on("error", (error) => {
      connected.reject(error);
      underway.failAll(error);
      if (this.#current?.socket === socket) this.#current = undefined;
      closeOnce(socket);
    });
    this.#current = { socket, underway, connected: connected.promise, openedAt: now };
    return this.#current;
  }
}

/** What is under way still gets its answers. */
function retire({ socket, underway }: Open): void {
  const close = () => {
    if (underway.size > 0) setTimeout(close, 100);
    else closeOnce(socket);
  };
  close();
}

/** A socket that failed may be closed already when its time is over. */
function closeOnce(socket: Socket): void {
  try {
    socket.close();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ERR_SOCKET_DGRAM_NOT_RUNNING") throw thrown;
  }
}
