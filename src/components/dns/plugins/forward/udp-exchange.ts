import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { type Address, type Exchange, type Question, Underway } from "./exchange.ts";

type Open = { readonly socket: Socket; readonly underway: Underway; readonly openedAt: number };
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

  ask(question: Question, timeoutMs: number): Promise<Buffer> {
    const { socket, underway } = this.#open();
    const { address, port } = this.#to;
    return underway.add(question, timeoutMs, (message) =>
      socket.send(message, port, address, (error) => error && underway.failAll(error)),
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
    socket.on("message", (message, { port }) => {
      if (port === this.#to.port) underway.answer(message);
    });
    socket.on("error", (error) => {
      underway.failAll(error);
      this.#current = undefined;
      socket.close();
    });
    this.#current = { socket, underway, openedAt: now };
    return this.#current;
  }
}

/** What is under way still gets its answers. */
function retire({ socket, underway }: Open): void {
  const close = () => {
    if (underway.size > 0) setTimeout(close, 100);
    else socket.close();
  };
  close();
}
