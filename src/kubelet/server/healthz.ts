import type { Server } from "node:http";
import { createServer } from "node:http";

/** The plain-text health endpoint of port 10248: 200 `ok`, or 500 with what is wrong. */
export function startHealthz(
  { address, port }: { readonly address: string; readonly port: number },
  problem: () => string | undefined,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url?.split("?")[0] !== "/healthz") {
      response.writeHead(404).end("404 page not found\n");
      return;
    }
    const trouble = problem();
    response.writeHead(trouble ? 500 : 200, { "Content-Type": "text/plain; charset=utf-8" }).end(trouble ?? "ok");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve(server));
  });
}
