import { connect, type Socket } from "node:net";
import { readMessages, withLength } from "../../serving/tcp-stream.ts";
import { type Address, type Exchange, type Question, Underway } from "./exchange.ts";

type Open = { readonly socket: Socket; readonly underway: Underway };

/** Asks by TCP over one connection for many questions (RFC 7766), closed after `expireMs` without any. */
export class TcpExchange implements Exchange {
  readonly #to: Address;
  readonly #options: { readonly expireMs: number; readonly random: () => number };
  #current: Open | undefined;

  constructor(to: Address, options: { readonly expireMs: number; readonly random: () => number }) {
    this.#to = to;
    this.#options = options;
  }

  ask(question: Question, timeoutMs: number): Promise<Buffer> {
    const { socket, underway } = this.#open();
    return underway.add(question, timeoutMs, (message) => socket.write(withLength(message)));
  }

  close(): void {
    this.#current?.socket.destroy();
    this.#current = undefined;
  }

  #open(): Open {
    if (this.#current) return this.#current;
    const { address, port } = this.#to;
    const socket = connect({ host: address, port, noDelay: true });
    const underway = new Underway(this.#options.random);
    const open = { socket, underway };
    socket.setTimeout(this.#options.expireMs, () => socket.destroy());
    socket.on(
      "data",
      readMessages((message) => underway.answer(message)),
    );
    socket.on("error", (error) => underway.failAll(error));
    socket.on("close", () => {
      underway.failAll(new Error(`${address} closed the connection`));
      if (this.#current === open) this.#current = undefined;
    });
    this.#current = open;
    return open;
  }
}
