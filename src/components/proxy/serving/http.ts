import { createServer, type Server } from "node:http";
import type { ListenAddress } from "../config/proxy-config.ts";

export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Serves answers by path on an address of its own; resolves once it listens, rejects when that can't be had. */
export function serve(
  { host, port }: ListenAddress,
  answer: (path: string) => Answer,
): Promise<{ readonly port: number; close(): void }> {
  const server: Server = createServer((request, response) => {
    // not by URL, which throws for "//": anybody may send that
    const [path = "/"] = (request.url ?? "/").split("?");
    const { status, body, headers } = answer(path);
    response.writeHead(status, headers).end(body);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ port: typeof address === "object" && address ? address.port : port, close });
    });
  });
}
