import type { IncomingMessage } from "node:http";
import { request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Passes an upgraded connection on to the runtime's streaming server as it is, SPDY or WebSocket. Resolves when the
 * runtime has answered; rejects when it can't be reached.
 */
export function proxyUpgrade(
  incoming: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  location: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const upstream = httpRequest(location, { method: incoming.method ?? "POST", headers: forwarded(incoming) });
    upstream.on("error", reject);
    // a client that went has nobody to stream to, and what it wanted to run must not stay behind
    const gone = () => upstream.destroy();
    socket.once("close", gone);
    if (socket.destroyed) gone();
    upstream.on("upgrade", (response, runtime, runtimeHead) => {
      socket.off("close", gone);
      socket.write(`${statusLine(response)}${headerLines(response)}\r\n`);
      socket.write(runtimeHead);
      runtime.write(head);
      join(socket, runtime);
      resolve();
    });
    upstream.on("response", (response) => {
      socket.write(`${statusLine(response)}${headerLines(response)}\r\n`);
      response.pipe(socket);
      resolve();
    });
    upstream.end();
  });
}

/** Both directions, and both ends end together. */
function join(a: Duplex, b: Duplex): void {
  a.pipe(b).pipe(a);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
    if (one.destroyed) other.destroy();
  }
}

function forwarded({ headers }: IncomingMessage): Record<string, string | string[]> {
  const { host: _host, authorization: _authorization, ...rest } = headers;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function statusLine({ statusCode = 502, statusMessage = "" }: IncomingMessage): string {
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = "";
  for (let at = 0; at < rawHeaders.length; at += 2) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return lines;
}
