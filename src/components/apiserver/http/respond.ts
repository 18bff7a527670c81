import { pipeline, Readable, type Writable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import { yaml } from "../../../base/yaml.ts";
import type { ApiError } from "./api-error.ts";
import type { Exchange, RawRequest, RawResponse, Reply } from "./exchange.ts";
import { header } from "./exchange.ts";
import { grouped, paced, pieceBytes, sliced } from "./paced.ts";

/** Writes a reply in the format that the client asked for. */
export function respond(exchange: Pick<Exchange, "request" | "response" | "warnings">, reply: Reply): void {
  const { request, response } = exchange;
  if (reply.kind === "taken" || response.headersSent) return;
  response.setHeader("cache-control", "no-cache, private");
  for (const text of exchange.warnings) appendWarning(response, text);
  if (reply.kind === "bytes") {
    send(request, response, { status: reply.status, type: reply.contentType, body: reply.body });
    return;
  }
  if (reply.kind === "text") {
    send(request, response, {
      status: reply.status,
      type: reply.contentType ?? "text/plain; charset=utf-8",
      body: reply.body,
    });
    return;
  }
  if (reply.kind === "object") {
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  }
  const wantsYaml = prefersYaml(header(request, "accept"));
  if (reply.kind === "parts" && !wantsYaml) {
    sendParts(request, response, { status: reply.status, type: "application/json", parts: reply.parts });
    return;
  }
  const body = bodyOf(reply);
  if (wantsYaml) {
    const text = yaml(JSON.parse(body.toString()));
    send(request, response, { status: reply.status, type: "application/yaml", body: text });
  } else send(request, response, { status: reply.status, type: "application/json", body });
}

export function respondError(exchange: Pick<Exchange, "request" | "response" | "warnings">, error: ApiError): void {
  const retryAfter = error.status.details?.retryAfterSeconds;
  respond(exchange, {
    kind: "object",
    status: error.status.code,
    object: error.status,
    ...(retryAfter !== undefined && { headers: { "retry-after": String(retryAfter) } }),
  });
}

function bodyOf(reply: Extract<Reply, { kind: "json" | "object" | "parts" }>): Buffer | string {
  if (reply.kind === "json") return reply.body;
  return reply.kind === "object" ? JSON.stringify(reply.object) : Buffer.concat([...reply.parts]);
}

type Body = { readonly status: number; readonly type: string; readonly body: string | Buffer };

function send(request: RawRequest, response: RawResponse, { status, type, body }: Body): void {
  const length = Buffer.byteLength(body);
  if (length > pieceBytes) {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    sendParts(request, response, { status, type, parts: sliced(bytes), length });
    return;
  }
  begin(response, { status, type });
  response.setHeader("content-length", length);
  // Node would write the headers with a string in one piece, and their bytes of UTF-8 once more in UTF-8.
  const sent = typeof body === "string" && response.hasHeader("warning") ? Buffer.from(body) : body;
  end(response, request.method === "HEAD" ? undefined : sent);
}

type Parts = {
  readonly status: number;
  readonly type: string;
  readonly parts: Iterable<Buffer>;
  /** Bytes of all parts, where that is known beforehand. */
  readonly length?: number;
};

/** Writes a body piece by piece, so that other requests get their turn in between; compressed where the client can read that. */
function sendParts(request: RawRequest, response: RawResponse, { status, type, parts, length }: Parts): void {
  const pieces = grouped(parts);
  const first = pieces.next().value ?? Buffer.alloc(0);
  if (first.length < pieceBytes) {
    send(request, response, { status, type, body: first });
    return;
  }
  begin(response, { status, type });
  if (request.method === "HEAD") {
    end(response);
    return;
  }
  const body = Readable.from(paced(first, pieces), { objectMode: false });
  if (/\bgzip\b/.test(header(request, "accept-encoding"))) {
    response.setHeader("content-encoding", "gzip");
    response.setHeader("vary", "Accept-Encoding");
    pipeline(body, createGzip({ level: constants.Z_BEST_SPEED }), response as Writable, () => undefined);
    return;
  }
  if (length !== undefined) response.setHeader("content-length", length);
  pipeline(body, response as Writable, () => undefined);
}

function begin(response: RawResponse, { status, type }: Pick<Body, "status" | "type">): void {
  response.statusCode = status;
  response.setHeader("content-type", type);
}

/** The two kinds of response have incompatible signatures of `end`. */
export function end(response: RawResponse, body?: string | Buffer): void {
  const target = response as { end(body?: string | Buffer): void; destroyed?: boolean };
  if (!response.writableEnded) target.end(body);
}

function appendWarning(response: RawResponse, text: string): void {
  const line = warningHeader(text);
  const before = response.getHeader("warning");
  const lines = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
  response.setHeader("warning", [...lines, line]);
}

function prefersYaml(accept: string): boolean {
  const first = accept.split(",").find((part) => /json|yaml|\*\/\*/.test(part)) ?? "";
  return first.includes("yaml");
}

/**
 * RFC 7234, section 5.5, as apimachinery's NewWarningHeader writes it: quoted, in UTF-8. Node takes one character for each byte and throws for
 * any other, and names that users made up are in these texts.
 */
export function warningHeader(text: string): string {
  const quoted = text.replace(/\p{Cc}+/gu, " ").replace(/[\\"]/g, "\\$&");
  return `299 - "${Buffer.from(quoted).toString("latin1")}"`;
}
