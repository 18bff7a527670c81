import { Resolver } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How often each went well, and what failed. */
export type Met = { established: number; fresh: number; names: number; failures: string[] };

const pauseMs = 20;

/** Requests at a steady pace: over one connection that stays, over a new one each, and for a name, which cluster DNS answers. */
export class Load {
  readonly met: Met = { established: 0, fresh: 0, names: 0, failures: [] };
  readonly #service: string;
  readonly #name: string;
  readonly #ended = new AbortController();
  readonly #runs: readonly Promise<void>[];

  constructor({ service, name }: { service: string; name: string }) {
    this.#service = service;
    this.#name = name;
    this.#runs = [this.#keepTalking(), this.#steadily(() => this.#ask()), this.#steadily(() => this.#lookUp())];
  }

  /** Resolves when all that was begun has ended. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#runs);
  }

  async #keepTalking(): Promise<void> {
    try {
      const socket = await opened(this.#service);
      while (!this.#ended.signal.aborted) {
        await answered(socket);
        this.met.established++;
        await sleep(pauseMs);
      }
      socket.destroy();
    } catch (thrown) {
      this.#failed("an established connection", thrown);
    }
  }

  async #ask(): Promise<void> {
    try {
      const socket = await opened(this.#service);
      await answered(socket);
      socket.destroy();
      this.met.fresh++;
    } catch (thrown) {
      this.#failed("a new connection", thrown);
    }
  }

  /** Datagrams may be lost or refused: asked again for as long as glibc's resolver does by default (resolv.conf(5): twice 5 s). */
  async #lookUp(): Promise<void> {
    const startedAt = performance.now();
    for (;;) {
      try {
        await new Resolver({ timeout: 1_000, tries: 1 }).resolve4(this.#name);
        this.met.names++;
        return;
      } catch (thrown) {
        if (performance.now() - startedAt > 10_000) return this.#failed("a name", thrown);
      }
      await sleep(100);
    }
  }

  /** One after the other: a slow machine then sees fewer requests, not a heap of them. */
  async #steadily(work: () => Promise<void>): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await work();
      await sleep(pauseMs);
    }
  }

  #failed(what: string, thrown: unknown): void {
    this.met.failures.push(`${new Date().toISOString()} ${what}: ${thrown}`);
  }
}

function opened(host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 9000 }, () => resolve(socket));
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer within 10 s")));
    socket.once("error", reject);
  });
}

/** Rejects when the connection breaks instead. */
function answered(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.removeAllListeners("error").removeAllListeners("data").removeAllListeners("close");
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed by the other side")));
    socket.once("data", () => resolve());
    socket.write("\n");
  });
}
