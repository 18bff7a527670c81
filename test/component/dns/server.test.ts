import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { promisify } from "node:util";
import { decode, encode, streamEncode } from "dns-packet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainOf } from "../../../src/components/dns/corefile/chain.ts";
import { parseCorefile } from "../../../src/components/dns/corefile/corefile.ts";
import { type Reply, reply } from "../../../src/components/dns/message.ts";
import { type DnsServer, startDnsServer } from "../../../src/components/dns/serving/server.ts";
import { readMessages } from "../../../src/components/dns/serving/tcp-stream.ts";
import { serviceIndex } from "../../../src/components/dns/zone/service-index.ts";

/** A second server plays the resolver outside; dig asks, as people do. */
const index = serviceIndex(
  [
    { metadata: { namespace: "default", name: "web" }, spec: { clusterIP: "10.96.0.10", ports: [{ port: 80 }] } },
    { metadata: { namespace: "default", name: "many" }, spec: { clusterIP: "None" } },
    {
      metadata: { namespace: "default", name: "away" },
      spec: { type: "ExternalName", externalName: "one.example.org" },
    },
  ],
  [
    {
      metadata: { namespace: "default", name: "many-1", labels: { "kubernetes.io/service-name": "many" } },
      addressType: "IPv4",
      endpoints: Array.from({ length: 200 }, (_, host) => ({ addresses: [`10.244.0.${host}`] })),
    },
  ],
  [{ metadata: { name: "default" } }],
);
let outside: DnsServer;
let server: DnsServer;
let asked = 0;

beforeAll(async () => {
  const fail = (thrown: unknown) => {
    throw thrown;
  };
  outside = await startDnsServer(
    ({ name }) => {
      asked++;
      const answers = name === "one.example.org" ? [{ type: "A" as const, name, ttl: 60, data: "192.0.2.1" }] : [];
      return {
        rcode: answers.length > 0 ? "NOERROR" : "NXDOMAIN",
        authoritative: false,
        answers,
        authorities: [],
        additionals: [],
      };
    },
    { address: "127.0.0.1", port: 0, onError: fail },
  );
  const corefile = `.:53 {\n kubernetes cluster.local in-addr.arpa {\n pods insecure\n ttl 30\n }\n forward . 127.0.0.1:${outside.port}\n cache 30\n loadbalance\n}\n`;
  const [block] = parseCorefile(corefile);
  const parts = {
    index: () => index,
    readFile: () => "",
    now: Date.now,
    random: Math.random,
    onError: fail,
    countCache: () => {},
    loopName: "",
    onLoop: () => {},
  };
  server = await startDnsServer(chainOf(block!, parts).handler, { address: "127.0.0.1", port: 0, onError: fail });
});

afterAll(async () => {
  await Promise.all([server.close(), outside.close()]);
});

describe("dig", () => {
  it("resolves a service", async () => {
    expect(await dig("+short", "web.default.svc.cluster.local")).toBe("10.96.0.10\n");
  });

  it("gets everything by TCP when UDP is too small, each address once", async () => {
    const lines = (await dig("+short", "many.default.svc.cluster.local")).trim().split("\n");
    expect(new Set(lines).size).toBe(200);
    expect(await dig("+ignore", "+noedns", "many.default.svc.cluster.local")).toMatch(/flags:[^;]* tc/);
  });

  it("follows an alias out of the cluster", async () => {
    expect(await dig("+short", "away.default.svc.cluster.local")).toBe("one.example.org.\n192.0.2.1\n");
  });

  it("asks outside once for what the cache keeps", async () => {
    await dig("one.example.org");
    const before = asked;
    expect(await dig("+short", "one.example.org")).toBe("192.0.2.1\n");
    expect(asked).toBe(before);
  });

  it("learns that a name does not exist", async () => {
    expect(await dig("nothing.default.svc.cluster.local")).toMatch(/status: NXDOMAIN/);
    expect(await dig("nothing.example.org")).toMatch(/status: NXDOMAIN/);
  });
});

it("answers each of the questions that come down one TCP connection together, however they are cut", async () => {
  const names = ["web.default.svc.cluster.local", "one.example.org", "many.default.svc.cluster.local"];
  const question = (name: string) => ({ name, type: "A" as const, class: "IN" as const });
  const asked = names.map((name, id) => streamEncode({ type: "query", id, questions: [question(name)] }));
  const all = Buffer.concat(asked);
  const socket = connect(server.port, "127.0.0.1");
  socket.setNoDelay(true);
  const answered = new Map<number | undefined, number | undefined>();
  const done = Promise.withResolvers<void>();
  const read = readMessages((message) => {
    const { id, answers } = decode(message);
    answered.set(id, answers?.length);
    if (answered.size === names.length) done.resolve();
  });
  socket.on("data", read);
  socket.on("error", done.reject);
  const inTheMiddle = (asked[0]?.length ?? 0) + 1; // of the second question's length
  socket.write(all.subarray(0, inTheMiddle));
  setImmediate(() => socket.write(all.subarray(inTheMiddle)));
  await done.promise.finally(() => socket.destroy());
  expect([...answered].sort()).toEqual([
    [0, 1],
    [1, 1],
    [2, 200],
  ]);
});

it("goes on when a question comes from port 0, where no answer can be sent", async () => {
  const question = encode({ type: "query", id: 1, questions: [{ name: "web.default.svc.cluster.local", type: "A" }] });
  const header = Buffer.alloc(8);
  header.writeUInt16BE(server.port, 2);
  header.writeUInt16BE(8 + question.length, 4);
  const sent = promisify(execFile)("socat", ["-u", "-", "IP4-SENDTO:127.0.0.1:17"], { timeout: 60_000 });
  sent.child.stdin?.end(Buffer.concat([header, question]));
  await sent;
  expect(await dig("+short", "web.default.svc.cluster.local")).toBe("10.96.0.10\n");
});

it("leaves a question unanswered that was under way when the server was closed", async () => {
  const answer = Promise.withResolvers<Reply>();
  const asked = Promise.withResolvers<void>();
  const handler = () => {
    asked.resolve();
    return answer.promise;
  };
  const closing = await startDnsServer(handler, { address: "127.0.0.1", port: 0, onError: () => undefined });
  const client = createSocket("udp4");
  client.send(encode({ type: "query", id: 1, questions: [{ name: "any", type: "A" }] }), closing.port, "127.0.0.1");
  await asked.promise.finally(() => client.close());
  await closing.close();
  answer.resolve(reply("NXDOMAIN"));
  // what is thrown to nobody fails the run
  await new Promise((resolve) => setImmediate(resolve));
});

async function dig(...args: string[]): Promise<string> {
  const argv = ["@127.0.0.1", "-p", String(server.port), "+tries=1", "+timeout=20", ...args];
  return (await promisify(execFile)("dig", argv, { timeout: 60_000 })).stdout;
}
