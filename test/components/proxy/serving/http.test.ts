import { connect } from "node:net";
import { expect, it } from "vitest";
import { serve } from "../../../../src/components/proxy/serving/http.ts";

it.each([
  ["//", "//"],
  ["/healthz?verbose", "/healthz"],
  ["http://[", "http://["],
])("answers whatever path it is asked for: %s", async (target, path) => {
  const server = await serve({ host: "127.0.0.1", port: 0 }, (asked) => ({ status: 200, body: `asked for ${asked}` }));
  const socket = connect(server.port, "127.0.0.1");
  try {
    socket.write(`GET ${target} HTTP/1.1\r\nhost: any\r\nconnection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toContain(`asked for ${path}\r\n`);
  } finally {
    socket.destroy();
    server.close();
  }
});
