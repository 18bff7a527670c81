import { pipeline, Readable, type Writable } from "node:stream";
import { constants, gzip } from "node:zlib";
import { yaml } from "../../../base/yaml.ts";
import type { ApiError } from "./api-error.ts";
import type { Exchange, RawRequest, RawResponse, Reply } from "./exchange.ts";
import { header } from "./exchange.ts";

/** Bodies from this size on are worth compressing; upstream's threshold. */
const gzipFromBytes = 128 * 1024;
const sliceBytes = 256 * 1024;

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
  const body = reply.kind === "json" ? reply.body : JSON.stringify(reply.object);
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

function send(
  request: RawRequest,
  response: RawResponse,
  { status, type, body }: { status: number; type: string; body: string | Buffer },
): void {
  response.statusCode = status;
  response.setHeader("content-type", type);
  if (request.method === "HEAD") {
    end(response);
    return;
  }
  const size = typeof body === "string" ? body.length : body.byteLength;
  if (size < gzipFromBytes || !/\bgzip\b/.test(header(request, "accept-encoding"))) {
    response.setHeader("content-length", Buffer.byteLength(body));
    if (size > sliceBytes) endInSlices(response, typeof body === "string" ? Buffer.from(body) : body);
    else end(response, body);
    return;
  }
  gzip(body, { level: constants.Z_BEST_SPEED }, (error, compressed) => {
    if (!error) response.setHeader("content-encoding", "gzip");
    response.setHeader("vary", "Accept-Encoding");
    end(response, error ? body : compressed);
  });
}

/** Writes a large body piece by piece, so that other requests get their turn in between. */
function endInSlices(response: RawResponse, body: Buffer): void {
  const slices = function* () {
    for (let at = 0; at < body.length; at += sliceBytes) yield body.subarray(at, at + sliceBytes);
  };
  pipeline(Readable.from(slices(), { objectMode: false }), response as Writable, () => undefined);
}

/** The two kinds of response have incompatible signatures of `end`. */
export function end(response: RawResponse, body?: string | Buffer): void {
  const target = response as { end(body?: string | Buffer): void; destroyed?: boolean };
  if (!response.writableEnded) target.end(body);
}

function appendWarning(response: RawResponse, text: string): void {
  const line = `299 - "${text.replace(/[\\"]/g, "\\$&").replace(/[\r\n]+/g, " ")}"`;
  const before = response.getHeader("warning");
  const lines = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
  response.setHeader("warning", [...lines, line]);
}

function prefersYaml(accept: string): boolean {
  const first = accept.split(",").find((part) => /json|yaml|\*\/\*/.test(part)) ?? "";
  return first.includes("yaml");
}
