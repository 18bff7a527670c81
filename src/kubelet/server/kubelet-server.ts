import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { createServer } from "node:https";
import type { Duplex } from "node:stream";
import { messageOf } from "../../base/errors.ts";
import { ApiError } from "../../kube/api-error.ts";
import { GrpcError } from "../../kube/grpc/status.ts";
import type { User } from "../../kube/serving/delegated-auth.ts";
import type { NodeAccess } from "./authorization.ts";
import { nodeAccess } from "./authorization.ts";
import type { Request, Route } from "./route.ts";
import { HttpError } from "./route.ts";

export type ServerOptions = {
  readonly address: string;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
  readonly routes: readonly Route[];
  authenticate(request: IncomingMessage): Promise<User | undefined>;
  authorize(user: User, access: NodeAccess): Promise<boolean>;
};

/** The kubelet's HTTPS server (10250): every request is authenticated and authorized before a route sees it. */
export class KubeletServer {
  readonly #options: ServerOptions;
  readonly #server: Server;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { cert, key, clientCa } = options;
    this.#server = createServer(
      {
        cert,
        key,
        ...(clientCa && { ca: clientCa }),
        requestCert: true,
        rejectUnauthorized: false,
        minVersion: "TLSv1.2",
      },
      (request, response) => void this.#respond(request, response),
    );
    this.#server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#server.requestTimeout = 0;
  }

  listen(): Promise<void> {
    const { address, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, address, () => resolve());
    });
  }

  /** A rotated serving certificate takes effect for new connections. */
  setCertificate(pair: { cert: string; key: string }): void {
    const { clientCa } = this.#options;
    this.#server.setSecureContext({ ...pair, ...(clientCa && { ca: clientCa }) });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { route, request } = await this.#admit(incoming);
      if (!route.respond) throw new HttpError(400, "you must upgrade the connection");
      await route.respond(request, response);
    } catch (thrown) {
      const { status, message } = failureOf(thrown);
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${message}\n`);
    }
  }

  async #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
      const { route, request } = await this.#admit(incoming);
      if (!route.upgrade) throw new HttpError(400, "this resource can't be upgraded");
      await route.upgrade(request, socket, head);
    } catch (thrown) {
      const { status, message } = failureOf(thrown);
      const body = `${message}\n`;
      socket.end(
        `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  }

  async #admit(incoming: IncomingMessage): Promise<{ route: Route; request: Request }> {
    const url = new URL(incoming.url ?? "/", "https://kubelet");
    const user = await this.#options.authenticate(incoming);
    if (!user) throw new HttpError(401, "Unauthorized");
    const access = nodeAccess(incoming.method ?? "GET", url.pathname);
    if (!(await this.#options.authorize(user, access))) {
      const { verb, subresources } = access;
      throw new HttpError(
        403,
        `Forbidden (user=${user.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(" ")}])`,
      );
    }
    const path = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const route = this.#options.routes.find(({ name }) => name === path[0]);
    if (!route) throw new HttpError(404, "404 page not found");
    return { route, request: { incoming, path: path.slice(1), query: url.searchParams } };
  }
}

function failureOf(thrown: unknown): { status: number; message: string } {
  if (thrown instanceof HttpError) return { status: thrown.status, message: thrown.message };
  if (thrown instanceof GrpcError) {
    const status = thrown.status === "NOT_FOUND" ? 404 : 500;
    return { status, message: `rpc error: code = ${thrown.status} desc = ${thrown.reason}` };
  }
  if (thrown instanceof ApiError) return { status: 500, message: thrown.message };
  return { status: 500, message: messageOf(thrown) };
}

function reasonPhrase(status: number): string {
  const phrases: Readonly<Record<number, string>> = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
  };
  return phrases[status] ?? "Internal Server Error";
}
