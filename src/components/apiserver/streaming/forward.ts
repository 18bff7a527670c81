import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream";
import { ApiError, badRequest } from "../http/api-error.ts";
import type { Exchange, RawRequest, Reply } from "../http/exchange.ts";
import { type Backend, requestTo } from "./backend.ts";

export type Forwarding = {
  readonly backend: Backend;
  /** With its query. */
  readonly path: string;
  readonly method?: string;
  readonly connectWithinMs: number;
  /** Makes a Status of a refusal, out of the text that came with it; without it the backend's answer goes on as it is. */
  readonly refusal?: (status: number, text: string) => ApiError;
};

const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "http2-settings",
]);
/** The sender's credentials, and whom it acts for, are for this server alone. */
const secret = new Set(["authorization", "host"]);
const secretPrefix = /^(impersonate|x-remote)-/;

/** Passes a request on and streams the answer back; upgrades become a tunnel. */
export function forward(exchange: Exchange, forwarding: Forwarding): Promise<Reply> {
  return exchange.upgrade ? tunnel(exchange, forwarding) : passOn(exchange, forwarding);
}

function passOn(exchange: Exchange, { backend, path, method, connectWithinMs, refusal }: Forwarding): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { request } = exchange;
    const response = exchange.response as ServerResponse;
    const outgoing = requestTo(backend, {
      method: method ?? exchange.method,
      path,
      headers: headersOf(request),
      connectWithinMs,
    });
    outgoing.on("error", (error) => {
      if (response.headersSent) response.destroy();
      else reject(new ApiError(503, "ServiceUnavailable", `error trying to reach service: ${error.message}`));
    });
    outgoing.on("response", (incoming) => {
      const status = incoming.statusCode ?? 502;
      if (refusal && status >= 400) {
        textOf(incoming).then((text) => reject(refusal(status, text)), reject);
        return;
      }
      response.statusCode = status;
      for (const [name, value] of Object.entries(incoming.headers)) {
        if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
      }
      response.flushHeaders();
      pipeline(incoming, response, () => undefined);
      resolve({ kind: "taken" });
    });
    response.on("close", () => outgoing.destroy());
    request.pipe(outgoing);
  });
}

/** Opens the same upgrade at the backend and joins the two connections; SPDY and WebSocket frames pass untouched. */
function tunnel(exchange: Exchange, { backend, path, method, connectWithinMs }: Forwarding): Promise<Reply> {
  const { upgrade, request } = exchange;
  if (!upgrade) throw badRequest("Upgrade request required");
  const headers = { ...headersOf(request), connection: "Upgrade", upgrade: request.headers.upgrade };
  const outgoing = requestTo(backend, {
    method: method ?? exchange.method,
    path,
    headers,
    isUpgrade: true,
    connectWithinMs,
  });
  return new Promise((resolve, reject) => {
    outgoing.on("error", (error) =>
      reject(new ApiError(503, "ServiceUnavailable", `error dialing backend: ${error.message}`)),
    );
    outgoing.on("response", (incoming) => {
      textOf(incoming).then((text) => {
        const message = text || `unable to upgrade connection: ${incoming.statusMessage}`;
        reject(new ApiError(incoming.statusCode ?? 500, "InternalError", message));
      }, reject);
    });
    outgoing.on("upgrade", (incoming, socket, head) => {
      upgrade.socket.write(switching(incoming.headers, incoming.statusMessage));
      if (head.length > 0) upgrade.socket.write(head);
      if (upgrade.head.length > 0) socket.write(upgrade.head);
      join(upgrade.socket, socket);
      resolve({ kind: "taken" });
    });
    upgrade.socket.on("close", () => outgoing.destroy());
    if (upgrade.socket.destroyed) outgoing.destroy();
    outgoing.end();
  });
}

const maxRefusalBytes = 64 * 1024;

/** The beginning of an answer's body, without space around it. */
async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxRefusalBytes) break;
  }
  return Buffer.concat(chunks).toString().trim();
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

function switching(headers: OutgoingHttpHeaders, message = "Switching Protocols"): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}`),
  );
  return `HTTP/1.1 101 ${message}\r\n${lines.join("\r\n")}\r\n\r\n`;
}

const tokenProtocol = /^base64url\.bearer\.authorization\.k8s\.io\./;

function headersOf(request: RawRequest): OutgoingHttpHeaders {
  const kept = Object.entries(request.headers).filter(
    ([name]) => !name.startsWith(":") && !hopByHop.has(name) && !secret.has(name) && !secretPrefix.test(name),
  );
  const headers: OutgoingHttpHeaders = Object.fromEntries(kept);
  const protocols = request.headers["sec-websocket-protocol"];
  if (typeof protocols === "string") {
    headers["sec-websocket-protocol"] = protocols
      .split(",")
      .map((one) => one.trim())
      .filter((one) => !tokenProtocol.test(one))
      .join(", ");
  }
  return headers;
}
