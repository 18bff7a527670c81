import { encode, RECURSION_DESIRED } from "dns-packet";
import type { Address, Exchange, Question } from "./exchange.ts";
import { TcpExchange } from "./tcp-exchange.ts";
import { UdpExchange } from "./udp-exchange.ts";

export type UpstreamOptions = {
  readonly expireMs: number;
  /** Failures of probes in a row after which it counts as down; 0: it never does. */
  readonly maxFails: number;
  readonly probeEveryMs: number;
  readonly random: () => number;
  readonly now: () => number;
};

const probeTimeoutMs = 1_000;

/** One resolver outside, with the ways to it; probed from its first failure until it answers again, as CoreDNS does. */
export class Upstream {
  readonly to: Address;
  readonly #options: UpstreamOptions;
  readonly #udp: Exchange;
  readonly #tcp: Exchange;
  #fails = 0;
  #probe: NodeJS.Timeout | undefined;

  constructor(to: Address, options: UpstreamOptions) {
    this.to = to;
    this.#options = options;
    this.#udp = new UdpExchange(to, options);
    this.#tcp = new TcpExchange(to, options);
  }

  get isDown(): boolean {
    return this.#options.maxFails > 0 && this.#fails >= this.#options.maxFails;
  }

  ask(question: Question, protocol: "udp" | "tcp", timeoutMs: number): Promise<Buffer> {
    return (protocol === "tcp" ? this.#tcp : this.#udp).ask(question, timeoutMs);
  }

  /** Told of a question that failed: finds out by probes whether the resolver is down. */
  suspect(): void {
    this.#probe ??= setTimeout(() => void this.#look(), 0);
  }

  close(): void {
    clearTimeout(this.#probe);
    this.#udp.close();
    this.#tcp.close();
  }

  async #look(): Promise<void> {
    try {
      await this.#udp.ask(rootQuestion, probeTimeoutMs);
      this.#fails = 0;
      this.#probe = undefined;
    } catch {
      this.#fails++;
      this.#probe = setTimeout(() => void this.#look(), this.#options.probeEveryMs);
    }
  }
}

const rootQuestion = encode({
  type: "query",
  flags: RECURSION_DESIRED,
  questions: [{ name: ".", type: "NS", class: "IN" }],
});
