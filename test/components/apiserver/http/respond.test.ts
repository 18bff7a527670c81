import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { respond, warningHeader } from "../../../../src/components/apiserver/http/respond.ts";

it("sends a warning about a name that users made up, in UTF-8 and without control characters", async () => {
  const server = createServer((request, response) => {
    const warnings = ['unknown field "имя"', 'two\nlines\0 and a "quote"\\'];
    respond({ request, response, warnings }, { kind: "text", status: 200, body: "ok" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const raw = await new Promise<string[]>((resolve, reject) => {
    get({ host: "127.0.0.1", port, agent: false }, (response) => {
      response.resume();
      resolve(response.rawHeaders);
    }).on("error", reject);
  }).finally(() => server.close());
  const sent = raw.flatMap((name, at) => (name === "warning" ? [Buffer.from(raw[at + 1] ?? "", "latin1")] : []));
  expect(sent.map(String)).toEqual(['299 - "unknown field \\"имя\\""', '299 - "two lines  and a \\"quote\\"\\\\"']);
});

it("has one byte in a header for each of UTF-8", () => {
  expect(Buffer.from(warningHeader("é"), "latin1").toString()).toBe('299 - "é"');
});
