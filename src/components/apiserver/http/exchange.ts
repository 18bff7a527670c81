import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";
import type { User } from "../authn/user.ts";
import { ApiError, badRequest, tooLarge } from "./api-error.ts";
import type { RequestInfo } from "./request-info.ts";

export type RawRequest = IncomingMessage | Http2ServerRequest;
export type RawResponse = ServerResponse | Http2ServerResponse;

/** A request whose sender and meaning are known. */
export type Exchange = {
  readonly request: RawRequest;
  readonly response: RawResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly info: RequestInfo;
  readonly user: User;
  /** The connection of a request that wants another protocol. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
  /** Sent as `Warning` headers with the reply. */
  readonly warnings: string[];
};

/** What a handler gives back; "taken" when it writes to the response by itself. */
export type Reply =
  | { readonly kind: "object"; readonly status: number; readonly object: object; readonly headers?: Headers }
  | { readonly kind: "json"; readonly status: number; readonly body: Buffer | string }
  /** JSON too large to be made at once: the pieces are made while they are sent. */
  | { readonly kind: "parts"; readonly status: number; readonly parts: Iterable<Buffer> }
  | { readonly kind: "text"; readonly status: number; readonly body: string; readonly contentType?: string }
  | { readonly kind: "bytes"; readonly status: number; readonly body: Buffer; readonly contentType: string }
  | { readonly kind: "taken" };
type Headers = Readonly<Record<string, string>>;

export const maxBodyBytes = 3 * 1024 * 1024;

/** The whole body; rejects with 413 past the limit and with 400 when the sender breaks off. */
export function readBody(request: RawRequest, limitBytes = maxBodyBytes): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) {
        request.removeAllListeners("data");
        request.resume();
        reject(tooLarge(limitBytes));
        return;
      }
      chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)));
    request.on("error", (error) => reject(badRequest(`reading the body: ${error.message}`)));
    request.on("aborted", () => reject(new ApiError(400, "BadRequest", "the request was aborted")));
  });
}

/** The first value of a header. */
export function header(request: RawRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
