import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { DelegatedAuth, User } from "./delegated-auth.ts";
import { type HealthCheck, healthAnswer } from "./health.ts";
import type { TlsSettings } from "./tls-settings.ts";
import { type Trust, trustedUser } from "./trust.ts";

export type ServingOptions = {
  readonly bindAddress: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly tls: TlsSettings;
  readonly trust: () => Trust;
  readonly auth: DelegatedAuth;
  /** Paths for everybody; a star at the end stands for anything. */
  readonly alwaysAllowPaths: readonly string[];
  readonly checks: readonly HealthCheck[];
  /** Other paths than those of health: /metrics. */
  readonly pages: Readonly<Record<string, () => Promise<Page> | Page>>;
  readonly now: () => Date;
};
export type Page = { readonly contentType: string; readonly body: string };

const healthPaths = /^\/(healthz|livez|readyz)(\/|$)/;

/** The HTTPS port of a component: health for everybody, the other pages for whom the API server lets in. */
export async function startServing(options: ServingOptions): Promise<{ port: number; close: () => void }> {
  const { cert, key, tls } = options;
  // whom to believe can change while we serve, so the certificates are checked here, not by TLS
  const server = createServer({ cert, key, ...tls, requestCert: true, rejectUnauthorized: false });
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
  const refused = isOpen(options.alwaysAllowPaths, pathname) ? undefined : await refusal(request, pathname, options);
  if (refused) return refused;
  if (healthPaths.test(pathname)) return healthAnswer(options.checks, pathname, searchParams);
  const page = options.pages[pathname];
  if (page) return { status: 200, page: await page() };
  return { status: 404, page: { contentType: "text/plain; charset=utf-8", body: "404 page not found\n" } };
}

/** Whether a path is among those that are open. */
export function isOpen(openPaths: readonly string[], path: string): boolean {
  return openPaths.some((open) => (open.endsWith("*") ? path.startsWith(open.slice(0, -1)) : path === open));
}

async function refusal(
  request: IncomingMessage,
  path: string,
  { auth, trust, now }: ServingOptions,
): Promise<Answer | undefined> {
  const peer = (request.socket as TLSSocket).getPeerX509Certificate();
  const user = trustedUser(request.headers, peer, { trust: trust(), now: now() }) ?? (await bearerOf(request, auth));
  if (!user) return statusAnswer(401, "Unauthorized", "Unauthorized");
  const verb = (request.method ?? "GET").toLowerCase();
  if (await auth.authorize(user, verb, path)) return undefined;
  return statusAnswer(403, "Forbidden", `forbidden: User "${user.name}" cannot ${verb} path "${path}"`);
}

async function bearerOf(request: IncomingMessage, auth: DelegatedAuth): Promise<User | undefined> {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token ? auth.authenticate(token) : { name: "system:anonymous", groups: ["system:unauthenticated"] };
}

/** A refusal in the API's own form, as upstream's components answer. */
function statusAnswer(code: number, reason: string, message: string): Answer {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return { status: code, page: { contentType: "application/json", body: `${JSON.stringify(status)}\n` } };
}
