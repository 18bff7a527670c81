import type { IncomingMessage } from "node:http";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { messageOf } from "../../base/errors.ts";
import { timerDelay } from "../../base/timer-delay.ts";
import type { HttpGetAction } from "../api/probe.ts";
import type { ProbeResult } from "./probe-result.ts";
import { failure, maxOutput, success } from "./probe-result.ts";

export type HttpTarget = {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly userAgent: string;
};

/** GETs a URL without checking certificates or following redirects elsewhere; 200 to 399 is healthy (probe/http). */
export function httpProbe(action: HttpGetAction, target: HttpTarget): Promise<ProbeResult> {
  const secure = action.scheme === "HTTPS";
  const headers = headersOf(action, target.userAgent);
  const url = `${secure ? "https" : "http"}://${hostPort(target.host, target.port)}${pathOf(action)}`;
  return new Promise<ProbeResult>((resolve) => {
    const options = {
      host: target.host,
      port: target.port,
      path: pathOf(action),
      method: "GET",
      headers,
      agent: false as const,
      signal: AbortSignal.timeout(timerDelay(target.timeoutMs)),
    };
    const request = secure ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    const failed = (thrown: unknown) => resolve(failure(`Get "${url}": ${reasonOf(thrown)}`));
    request.on("error", failed);
    request.on("response", (response) => read(response).then((body) => resolve(judge(response, body)), failed));
    request.end();
    // a header that can't be sent throws
  }).catch((thrown) => failure(messageOf(thrown)));
}

function judge(response: IncomingMessage, body: string): ProbeResult {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 400) return success(body);
  return failure(`HTTP probe failed with statuscode: ${status}`);
}

async function read(response: IncomingMessage): Promise<string> {
  let body = "";
  response.setEncoding("utf8");
  for await (const chunk of response) if (body.length < maxOutput) body += chunk;
  return body.slice(0, maxOutput);
}

function headersOf(action: HttpGetAction, userAgent: string): Record<string, string> {
  const own = Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const has = (name: string) => Object.keys(own).some((header) => header.toLowerCase() === name);
  return {
    ...(!has("user-agent") && { "User-Agent": userAgent }),
    ...(!has("accept") && { Accept: "*/*" }),
    Connection: "close",
    ...own,
  };
}

/** With what a request line can't hold (a space, letters beyond ASCII) escaped, as Go's url.URL does. */
function pathOf({ path = "/" }: HttpGetAction): string {
  return `${path.startsWith("/") ? "" : "/"}${path.toWellFormed()}`.replace(/[^!-~]/gu, encodeURIComponent);
}

function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function reasonOf(thrown: unknown): string {
  const timedOut =
    (thrown as { name?: string }).name === "TimeoutError" || (thrown as { code?: string }).code === "ABORT_ERR";
  return timedOut ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)" : messageOf(thrown);
}
