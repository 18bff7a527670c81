import { messageOf } from "../../../base/errors.ts";
import type { ServicePort } from "../services/service-port.ts";
import { serve } from "./http.ts";
import { type LocalEndpoints, localEndpoints, localEndpointsAnswer } from "./local-endpoints.ts";

type Server = Awaited<ReturnType<typeof serve>>;

/** The servers of health check node ports: one for each service that has such a port. */
export class NodePortHealth {
  readonly #servers = new Map<number, Promise<Server | undefined>>();
  readonly #isHealthy: () => boolean;
  readonly #log: (text: string) => void;
  #byPort = new Map<number, LocalEndpoints>();

  constructor(isHealthy: () => boolean, log: (text: string) => void) {
    this.#isHealthy = isHealthy;
    this.#log = log;
  }

  /** Opens and closes ports as the services ask; a port that is taken is told, and tried again when it is wanted anew. */
  sync(services: readonly ServicePort[]): void {
    this.#byPort = new Map(localEndpoints(services).map((entry) => [entry.port, entry]));
    for (const port of this.#servers.keys()) if (!this.#byPort.has(port)) this.#close(port);
    for (const port of this.#byPort.keys()) if (!this.#servers.has(port)) this.#open(port);
  }

  close(): void {
    for (const port of this.#servers.keys()) this.#close(port);
  }

  #open(port: number): void {
    const answer = () => {
      const entry = this.#byPort.get(port);
      return entry ? localEndpointsAnswer(entry, this.#isHealthy()) : { status: 404, body: "404 page not found\n" };
    };
    const server = serve({ host: "", port }, answer).catch((thrown) => {
      this.#log(`health check node port ${port}: ${messageOf(thrown)}`);
      return undefined;
    });
    this.#servers.set(port, server);
  }

  #close(port: number): void {
    void this.#servers.get(port)?.then((server) => server?.close());
    this.#servers.delete(port);
  }
}
