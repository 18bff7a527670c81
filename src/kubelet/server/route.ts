import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** A request as routes see it: authenticated, allowed, its path cut at the slashes. */
export type Request = {
  readonly incoming: IncomingMessage;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
};

export type Route = {
  /** The first word of the path. */
  readonly name: string;
  /** Answers plainly. */
  respond?(request: Request, response: ServerResponse): Promise<void> | void;
  /** Takes over the connection (SPDY, WebSocket). */
  upgrade?(request: Request, socket: Duplex, head: Buffer): Promise<void>;
};

/** A failure with the status code that the caller gets. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function answer(response: ServerResponse, body: string, contentType = "text/plain; charset=utf-8"): void {
  response.writeHead(200, { "Content-Type": contentType }).end(body);
}

export function answerJson(response: ServerResponse, value: unknown): void {
  answer(response, JSON.stringify(value), "application/json");
}
