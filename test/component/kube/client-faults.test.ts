import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SlipwayError } from "../../../src/base/errors.ts";
import { ApiError } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import { LeaderElection } from "../../../src/kube/leader-election/leader-election.ts";
import { resources } from "../../../src/kube/resources.ts";
import { FaultyServer, json } from "./faulty-server.ts";

let server: FaultyServer;
let client: KubeClient;

beforeEach(async () => {
  server = await FaultyServer.start();
  client = createKubeClient(server.connection);
});
afterEach(() => {
  client.close();
  server.stop();
});

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "x", resourceVersion: "7" } };

test("sends method, path, token and body, and gives the object that comes back", async () => {
  const seen: unknown[] = [];
  server.answer = (stream, headers, body) => {
    seen.push(headers[":method"], headers[":path"], headers.authorization, JSON.parse(body));
    json(stream, 201, pod);
  };
  expect(await client.create(resources.pods, pod, { fieldManager: "me", dryRun: true })).toEqual(pod);
  expect(seen).toEqual(["POST", "/api/v1/namespaces/x/pods?fieldManager=me&dryRun=All", "Bearer let-me-in", pod]);
});

test("a refusal becomes an ApiError with the server's code, reason and words", async () => {
  server.answer = (stream) =>
    json(stream, 404, { kind: "Status", code: 404, reason: "NotFound", message: 'pods "a" not found' });
  const failure = await client.get(resources.pods, { name: "a", namespace: "x" }).catch((thrown) => thrown);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ code: 404, reason: "NotFound" });
  expect(failure.message).toContain('pods "a" not found');
});

test("waits as long as Retry-After says when the server is busy, then tries again", async () => {
  let calls = 0;
  server.answer = (stream) => (calls++ === 0 ? json(stream, 429, {}, { "retry-after": "0" }) : json(stream, 200, pod));
  expect(await client.get(resources.pods, { name: "a", namespace: "x" })).toEqual(pod);
  expect(calls).toBe(2);
});

test("opens a new session after the server dropped the old one", async () => {
  server.answer = (stream) => json(stream, 200, pod);
  await client.get(resources.pods, { name: "a", namespace: "x" });
  server.sessions[0]?.destroy();
  await once(server.sessions[0]!, "close");
  await client.get(resources.pods, { name: "a", namespace: "x" });
  expect(server.sessions).toHaveLength(2);
});

test("goes to a new session after GOAWAY without failing a request", async () => {
  server.answer = (stream) => json(stream, 200, pod);
  for (let round = 0; round < 5; round++) {
    await client.get(resources.pods, { name: "a", namespace: "x" });
    server.sessions.at(-1)?.goaway();
    await Promise.all([1, 2, 3].map(() => client.get(resources.pods, { name: "a", namespace: "x" })));
  }
});

test("many requests share one session", async () => {
  server.answer = (stream) => json(stream, 200, pod);
  await Promise.all(Array.from({ length: 300 }, () => client.get(resources.pods, { name: "a", namespace: "x" })));
  expect(server.sessions).toHaveLength(1);
});

test("an answer that never comes fails at the deadline and says what was asked", async () => {
  server.answer = () => undefined;
  const hasty = createKubeClient(server.connection, { requestWithinMs: 500 });
  const failure = await hasty.get(resources.pods, { name: "a", namespace: "x" }).catch((thrown) => thrown);
  hasty.close();
  expect(failure).toBeInstanceOf(SlipwayError);
  expect(failure.details).toMatchObject({ code: "API_CONNECTION_LOST" });
  expect(failure.message).toContain("GET /api/v1/namespaces/x/pods/a");
});

test("an abort rejects with the signal's own reason", async () => {
  server.answer = () => undefined;
  const aborter = new AbortController();
  const request = client.request({ method: "GET", path: "/slow", signal: aborter.signal });
  setTimeout(() => aborter.abort(new Error("enough")), 50);
  await expect(request).rejects.toThrow("enough");
});

test("a server that is not there is named in the error", async () => {
  const nobody = createKubeClient({ ...server.connection, server: "https://127.0.0.1:1" });
  const failure = await nobody.get(resources.pods, { name: "a" }).catch((thrown) => thrown);
  expect(failure.details).toMatchObject({ code: "API_UNREACHABLE", tried: "https://127.0.0.1:1" });
});

test("the caller's own dial carries the connection", async () => {
  server.answer = (stream) => json(stream, 200, pod);
  const { port } = new URL(server.connection.server);
  let dialled = 0;
  const dial = async () => {
    dialled++;
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  const tunnelled = createKubeClient({
    ...server.connection,
    server: "https://cp1.invalid:6443",
    tlsServerName: "localhost",
    insecureSkipTlsVerify: true,
    dial,
  });
  expect(await tunnelled.get(resources.pods, { name: "a", namespace: "x" })).toEqual(pod);
  expect(dialled).toBe(1);
  tunnelled.close();
});

test("a watch yields events even when they are cut anywhere, and ends when the server ends it", async () => {
  const lines = [1, 2, 3].map((n) =>
    JSON.stringify({ type: "ADDED", object: { ...pod, metadata: { name: `ä${n}` } } }),
  );
  server.answer = async (stream) => {
    stream.respond({ ":status": 200 });
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    for (let at = 0; at < bytes.length; at += 7) {
      stream.write(bytes.subarray(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
  };
  const names: unknown[] = [];
  for await (const event of client.watch(resources.pods, {})) names.push(event.object.metadata.name);
  expect(names).toEqual(["ä1", "ä2", "ä3"]);
});

test("an ERROR event rejects with its Status", async () => {
  server.answer = (stream) => {
    stream.respond({ ":status": 200 });
    stream.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } })}\n`);
  };
  const watching = Array.fromAsync(client.watch(resources.pods, { resourceVersion: "1" }));
  await expect(watching).rejects.toMatchObject({ code: 410, reason: "Expired" });
});

test("a watch whose connection drops rejects instead of ending as if all was well", async () => {
  server.answer = (stream) => {
    stream.respond({ ":status": 200 });
    stream.write(`${JSON.stringify({ type: "ADDED", object: pod })}\n`);
  };
  const consume = async () => {
    for await (const _ of client.watch(resources.pods, {})) server.sessions[0]?.destroy();
  };
  await expect(consume()).rejects.toBeDefined();
});

test("an aborted watch rejects with the signal's reason", async () => {
  server.answer = (stream) => stream.respond({ ":status": 200 });
  const aborter = new AbortController();
  const watching = Array.fromAsync(client.watch(resources.pods, { signal: aborter.signal }));
  setTimeout(() => aborter.abort(new Error("enough")), 50);
  await expect(watching).rejects.toThrow("enough");
});

/** A server that takes connections, and says nothing. */
async function silentServer() {
  const silent = createServer((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  return { silent, connection: { ...server.connection, server: `https://127.0.0.1:${port}` } };
}

test("an abort ends a request that is still waiting for its connection", async () => {
  const { silent, connection } = await silentServer();
  const waiting = createKubeClient(connection);
  const aborter = new AbortController();
  const request = waiting.request({ method: "GET", path: "/", signal: aborter.signal });
  const watching = Array.fromAsync(waiting.watch(resources.pods, { signal: aborter.signal }));
  await once(silent, "connection");
  aborter.abort(new Error("enough"));
  const began = performance.now();
  await expect(request).rejects.toThrow("enough");
  await expect(watching).rejects.toThrow("enough");
  // a handshake is given up after 10 s
  expect(performance.now() - began).toBeLessThan(5_000);
  waiting.close();
  silent.close();
});

test("closing the client ends a handshake under way", async () => {
  const { silent, connection } = await silentServer();
  const waiting = createKubeClient(connection);
  const request = waiting.request({ method: "GET", path: "/" });
  const [socket] = (await once(silent, "connection")) as [Socket];
  const began = performance.now();
  const gone = once(socket.resume(), "close");
  waiting.close();
  await expect(request).rejects.toMatchObject({ details: { code: "API_UNREACHABLE" } });
  await gone;
  expect(performance.now() - began).toBeLessThan(5_000);
  silent.close();
});

test("a leader that ends gives its lease back, and does not wait long for a server that hangs", async () => {
  const metadata = { name: "x", namespace: "kube-system", resourceVersion: "1" };
  let hangs = false;
  server.answer = (stream, _, body) => {
    if (!hangs) json(stream, 200, { metadata, ...(body && JSON.parse(body)) });
  };
  const own = createKubeClient(server.connection);
  const election = new LeaderElection(own, {
    identity: "me",
    namespace: "kube-system",
    name: "x",
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
  });
  await election.acquire(new AbortController().signal);
  hangs = true;
  const began = performance.now();
  await expect(election.release()).rejects.toMatchObject({ details: { code: "API_CONNECTION_LOST" } });
  expect(performance.now() - began).toBeLessThan(10_000);
  own.close();
});
