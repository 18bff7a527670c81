import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { DelegatedAuth, User } from "./delegated-auth.ts";
import { type HealthCheck, healthAnswer } from "./health.ts";

export type ServingOptions = {
  readonly bindAddress: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  /** CAs of client certificates that are believed. */
  readonly clientCa?: string | undefined;
  readonly auth: DelegatedAuth;
  readonly checks: readonly HealthCheck[];
  /** Other paths, which need authorization: /metrics, /configz. */
  readonly pages: Readonly<Record<string, () => Promise<Page> | Page>>;
};
export type Page = { readonly contentType: string; readonly body: string };

const openPaths = /^\/(healthz|livez|readyz)(\/|$)/;

/** The HTTPS port of a component: health for everybody, the other pages for whom the API server lets in. */
export async function startServing(options: ServingOptions): Promise<{ port: number; close: () => void }> {
  const server = createServer({
    cert: options.cert,
    key: options.key,
    minVersion: "TLSv1.2",
    ...(options.clientCa ? { ca: options.clientCa, requestCert: true, rejectUnauthorized: false } : {}),
  });
  server.on("request", (request, response) => void respond(request, response, options));
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, { port, bindAddress }: ServingOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: bindAddress }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, options: ServingOptions): Promise<void> {
  try {
    const { status, page } = await answer(request, options);
    response.writeHead(status, { "content-type": page.contentType }).end(page.body);
  } catch {
    response.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end("Internal Server Error\n");
  }
}

type Answer = { readonly status: number; readonly page: Page };

async function answer(request: IncomingMessage, options: ServingOptions): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "https://localhost");
  if (openPaths.test(pathname)) return healthAnswer(options.checks, pathname, searchParams);
  const user = await authenticate(request, options.auth);
  if (!user) return plain(401, "Unauthorized\n");
  const verb = (request.method ?? "GET").toLowerCase();
  if (!(await options.auth.authorize(user, verb, pathname))) return plain(403, "Forbidden\n");
  const page = options.pages[pathname];
  return page ? { status: 200, page: await page() } : plain(404, "404 page not found\n");
}

async function authenticate(request: IncomingMessage, auth: DelegatedAuth): Promise<User | undefined> {
  const socket = request.socket as TLSSocket;
  if (socket.authorized) {
    const { CN, O } = socket.getPeerCertificate().subject;
    return { name: String(CN), groups: [O ?? []].flat().concat("system:authenticated") };
  }
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token ? auth.authenticate(token) : { name: "system:anonymous", groups: ["system:unauthenticated"] };
}

export function plain(status: number, body: string): Answer {
  return { status, page: { contentType: "text/plain; charset=utf-8", body } };
}
