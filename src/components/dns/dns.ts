import { createSocket } from "node:dgram";
import { encode } from "dns-packet";
import { messageOf } from "../../base/errors.ts";
import { type Beside, besideOf } from "./corefile/beside.ts";
import { chainOf, type Parts } from "./corefile/chain.ts";
import { parseCorefile } from "./corefile/corefile.ts";
import { router, type Site, siteOf, sitesOf } from "./router.ts";
import type { DnsMetrics } from "./serving/dns-metrics.ts";
import { logLine } from "./serving/log-line.ts";
import { type Answered, type DnsServer, startDnsServer } from "./serving/server.ts";

export type DnsOptions = {
  readonly parts: Omit<Parts, "onError" | "countCache">;
  readonly metrics: DnsMetrics;
  readonly log: (line: string) => void;
  /** The address that is listened on; `::` takes IPv4 too. */
  readonly address: string;
};

/** The servers of a Corefile, which another may take the place of while they run. */
export class Dns {
  readonly #options: DnsOptions;
  readonly #servers = new Map<number, DnsServer>();
  #sites: readonly Site[] = [];
  #beside: Beside = { loops: false, logsErrors: false };

  constructor(options: DnsOptions) {
    this.#options = options;
  }

  get beside(): Beside {
    return this.#beside;
  }

  /** Serves what the text says from now on; throws CorefileError, or when a port can't be had, and then all is as it was. */
  async load(text: string): Promise<void> {
    const blocks = parseCorefile(text);
    const parts: Parts = {
      ...this.#options.parts,
      onError: (message) => this.#logError(message),
      countCache: (result) => this.#options.metrics.cached(result),
    };
    const sites = sitesOf(blocks, (block) => chainOf(block, parts));
    const ports = new Set(sites.map(({ zone }) => zone.port));
    await this.#listen([...ports].filter((port) => !this.#servers.has(port)));
    const before = this.#sites;
    this.#sites = sites;
    this.#beside = besideOf(blocks);
    for (const { chain } of before) chain.close();
    for (const [port, server] of this.#servers) if (!ports.has(port)) await this.#stop(port, server);
  }

  /** Asks itself the name that the loop plugin looks for, so that a loop of forwarding shows. */
  probeLoop(name: string): void {
    const [port] = this.#servers.keys();
    if (!this.#beside.loops || port === undefined) return;
    const socket = createSocket("udp4");
    const question = encode({ type: "query", id: 1, flags: 0x100, questions: [{ name, type: "HINFO", class: "IN" }] });
    socket.on("error", () => socket.close());
    socket.send(question, port, "127.0.0.1", () => socket.close());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers].map(([port, server]) => this.#stop(port, server)));
    for (const { chain } of this.#sites) chain.close();
  }

  async #listen(ports: readonly number[]): Promise<void> {
    const opened: DnsServer[] = [];
    try {
      for (const port of ports) {
        const onError = (thrown: unknown) => this.#logError(messageOf(thrown));
        const onAnswered = (answered: Answered) => this.#answered(answered, port);
        const handler = router(() => this.#sites, port);
        opened.push(await startDnsServer(handler, { address: this.#options.address, port, onError, onAnswered }));
      }
    } catch (thrown) {
      await Promise.all(opened.map((server) => server.close()));
      throw thrown;
    }
    for (const [at, port] of ports.entries()) {
      const server = opened[at];
      if (server) this.#servers.set(port, server);
    }
  }

  async #stop(port: number, server: DnsServer): Promise<void> {
    this.#servers.delete(port);
    await server.close();
  }

  #answered(answered: Answered, port: number): void {
    const site = siteOf(this.#sites, port, answered.query.name);
    if (site?.plugins.has("prometheus")) {
      this.#options.metrics.answered(answered, `dns://:${port}`, `${site.zone.name}.`);
    }
    if (site?.plugins.has("log")) this.#options.log(logLine(answered));
  }

  #logError(message: string): void {
    if (this.#beside.logsErrors) this.#options.log(`[ERROR] ${message}`);
  }
}
