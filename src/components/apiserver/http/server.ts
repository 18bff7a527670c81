import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import type { RawRequest, RawResponse } from "./exchange.ts";

export type TlsMaterial = {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** CAs whose certificates clients may show. */
  readonly ca: readonly Buffer[];
};
export type Upgrade = (request: RawRequest, socket: Duplex, head: Buffer) => void;

const maxHeaderBytes = 64 * 1024;

/** HTTP/2 and HTTP/1.1 on one TLS port; client certificates are asked for, judged later. */
export function createServer(
  tls: TlsMaterial,
  on: { request: (request: RawRequest, response: RawResponse) => void; upgrade: Upgrade },
): Http2SecureServer {
  const server = createSecureServer({
    ...secureContext(tls),
    allowHTTP1: true,
    requestCert: true,
    rejectUnauthorized: false,
    maxSessionMemory: 2048,
    maxHeaderListPairs: 256,
    unknownProtocolTimeout: 10_000,
    settings: { maxConcurrentStreams: 1000, initialWindowSize: 256 * 1024, maxHeaderListSize: maxHeaderBytes },
  });
  server.on("request", on.request);
  server.on("upgrade", on.upgrade);
  server.on("session", (session) => {
    // A broken session ends its own streams; the others must not notice.
    session.on("error", () => session.destroy());
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("clientError", refuse);
  return server;
}

/** HTTP/1.1 that can't be parsed is answered as Go's server does, then the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  if (!socket.writable) socket.destroy();
  else
    socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`);
}

/** Connections that come from now on see these certificates. */
export function renewTls(server: Http2SecureServer, tls: TlsMaterial): void {
  server.setSecureContext(secureContext(tls));
}

function secureContext({ cert, key, ca }: TlsMaterial): SecureContextOptions {
  return { cert, key, ca: [...ca], minVersion: "TLSv1.2" };
}

/** Resolves with the port that was bound. */
export function listen(server: Http2SecureServer, at: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
