import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { parseCorefile } from "../../../src/components/dns/corefile/corefile.ts";
import { forwardOptions } from "../../../src/components/dns/corefile/forward-options.ts";
import { type Query, reply } from "../../../src/components/dns/message.ts";
import { forward } from "../../../src/components/dns/plugins/forward/forward.ts";
import { type DnsServer, startDnsServer } from "../../../src/components/dns/serving/server.ts";

/** Real servers on ports of their own play the resolvers outside. */
const closing: (() => Promise<void> | void)[] = [];
const query: Query = { name: "a.example.org", type: "A", protocol: "udp" };

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe("forward", () => {
  it("asks the next resolver when one does not answer, and soon no longer asks that one", async () => {
    const alive = await resolver("192.0.2.1");
    const dead = await resolver("192.0.2.2");
    await dead.server.close();
    const ask = forwarder([dead.server.port, alive.server.port], "policy sequential\nhealth_check 50ms\n");
    expect(await ask(query)).toMatchObject({ answers: [{ data: "192.0.2.1" }] });
    await until(
      async () => {
        const startedAt = performance.now();
        await ask(query);
        return performance.now() - startedAt < 500;
      },
      { for: "the dead resolver to be left out", withinMs: 60_000 },
    );
  });

  it("asks many questions over one socket", async () => {
    const { server, clients } = await resolver("192.0.2.1");
    const ask = forwarder([server.port]);
    await Promise.all(Array.from({ length: 50 }, (_, at) => ask({ ...query, name: `n${at}.example.org` })));
    expect(clients.size).toBe(1);
  });

  it("asks by TCP with force_tcp", async () => {
    const { server, protocols } = await resolver("192.0.2.1");
    expect(await forwarder([server.port], "force_tcp\n")(query)).toMatchObject({ rcode: "NOERROR" });
    expect([...protocols]).toEqual(["tcp"]);
  });

  it("leaves names out that it is told to", async () => {
    const { server } = await resolver("192.0.2.1");
    expect(await forwarder([server.port], "except example.org\n")(query)).toMatchObject({ rcode: "REFUSED" });
  });

  it("answers SERVFAIL when no resolver is left", async () => {
    const { server } = await resolver("192.0.2.1");
    await server.close();
    expect(await forwarder([server.port])(query)).toMatchObject({ rcode: "SERVFAIL" });
  });
});

function forwarder(ports: readonly number[], block = "") {
  const to = ports.map((port) => `127.0.0.1:${port}`).join(" ");
  const [{ plugins: [directive] = [] } = {}] = parseCorefile(`. {\nforward . ${to} {\n${block}}\n}\n`);
  const parts = { readFile: () => "", random: Math.random, now: Date.now, onError: () => {} };
  const options = forwardOptions(directive!, parts);
  closing.push(...options.upstreams.map((upstream) => () => upstream.close()));
  const handler = forward(options)(() => reply("REFUSED"));
  return async (asked: Query) => handler(asked);
}

async function resolver(address: string) {
  const clients = new Set<number>();
  const protocols = new Set<string>();
  const server: DnsServer = await startDnsServer(
    ({ name, type, protocol }) => {
      if (type === "A") protocols.add(protocol);
      return reply("NOERROR", { answers: type === "A" ? [{ type: "A", name, ttl: 60, data: address }] : [] });
    },
    {
      address: "127.0.0.1",
      port: 0,
      onError: (thrown) => {
        throw thrown;
      },
      onAnswered: ({ client }) => clients.add(client.port),
    },
  );
  closing.push(() => server.close().catch(() => {}));
  return { server, clients, protocols };
}
