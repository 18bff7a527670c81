import type { ClientHttp2Session } from "node:http2";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { type Call, callsOver, sessionAs, sessionOf } from "./calls.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

let plane: ControlPlane;
let session: ClientHttp2Session;
let call: Call;
const configMaps = "/api/v1/namespaces/default/configmaps";
const megabyte = "x".repeat(1_000_000);

beforeAll(async () => {
  plane = await startControlPlane({ extraFlags: ["--max-mutating-requests-inflight=1", "--request-timeout=3s"] });
  session = sessionOf(plane);
  call = callsOver(session);
  await plane.kubectl("create", "clusterrolebinding", "jane", "--clusterrole=edit", "--user=jane");
  // RBAC looks into the watch cache: a read waits until that has the binding
  await plane.kubectl("get", "clusterrolebinding", "jane");
});
afterAll(async () => {
  session?.destroy();
  await plane?.stop();
});

test("past the limit writes are refused with 429 and Retry-After, until the one that hangs has timed out", async () => {
  const own = sessionAs(plane, "jane", "/CN=jane");
  const janes = callsOver(own);
  const hanging = own.request({ ":method": "POST", ":path": configMaps, "content-type": "application/json" });
  const hung = new Promise<number>((resolve) => {
    hanging.on("response", (headers) => resolve(Number(headers[":status"])));
  });
  hanging.on("error", () => undefined);
  hanging.write('{"metadata":');
  const write = () => janes("POST", configMaps, { metadata: { generateName: "c-" } });
  const refused = await until(
    async () => {
      const answer = await write();
      return answer.status === 429 && answer;
    },
    { for: "the limit", withinMs: 60_000 },
  );
  expect(refused.headers["retry-after"]).toBe("1");
  expect(refused.json()).toMatchObject({ reason: "TooManyRequests", details: { retryAfterSeconds: 1 } });
  // Reading goes on, and administrators get in.
  expect((await janes("GET", configMaps)).status).toBe(200);
  expect((await call("POST", configMaps, { metadata: { name: "admins" } })).status).toBe(201);
  expect(await hung).toBe(504);
  expect((await write()).status).toBe(201);
  own.destroy();
});

test("headers past the limit are refused, and harm nobody else", async () => {
  const long = "x".repeat(100_000);
  const other = sessionOf(plane);
  await expect(callsOver(other)("GET", "/version", undefined, { "x-long": long })).rejects.toBeDefined();
  other.destroy();
  expect(await overHttp1(`GET /version HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`)).toContain("HTTP/1.1 431");
  expect(await overHttp1("GET /version HTTP/9\r\n\r\n")).toContain("HTTP/1.1 400");
  expect((await call("GET", "/version")).status).toBe(200);
});

test("a watch list larger than what may wait for a client comes whole; what changes meanwhile comes after it", async () => {
  for (let index = 0; index < 20; index += 1)
    await call("POST", configMaps, { metadata: { name: `big-${index}`, labels: { big: "x" } }, data: { megabyte } });
  const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const own = sessionOf(plane);
  const stream = own.request({ ":path": `${configMaps}?${query}&labelSelector=big` });
  stream.pause();
  await new Promise((resolve) => stream.once("response", resolve));
  await call(
    "PATCH",
    `${configMaps}/big-0`,
    { data: { late: "yes" } },
    { "content-type": "application/merge-patch+json" },
  );
  const types: string[] = [];
  let line = "";
  stream.on("data", (chunk: Buffer) => {
    const parts = (line + chunk.toString()).split("\n");
    line = parts.pop() ?? "";
    types.push(...parts.map((part) => JSON.parse(part).type as string));
  });
  stream.resume();
  await until(() => types.includes("MODIFIED"), { for: "the change", withinMs: 60_000 });
  expect(types).toEqual([...Array(20).fill("ADDED"), "BOOKMARK", "MODIFIED"]);
  stream.close();
  own.destroy();
});

test("a watcher that does not read is dropped; the others see everything", async () => {
  await call("POST", configMaps, { metadata: { name: "churn" } });
  const watch = `${configMaps}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Dchurn`;
  const slow = sessionOf(plane);
  const stalled = slow.request({ ":path": watch });
  stalled.pause();
  stalled.on("error", () => undefined);
  await new Promise((resolve) => stalled.once("response", resolve));
  const swift = session.request({ ":path": watch });
  let lines = 0;
  swift.on("data", (chunk: Buffer) => {
    lines += chunk.toString("latin1").split("\n").length - 1;
  });
  const rounds = 30;
  for (let round = 0; round < rounds; round += 1) {
    const data = { megabyte: `${round}${megabyte}` };
    await call("PATCH", `${configMaps}/churn`, { data }, { "content-type": "application/merge-patch+json" });
  }
  await until(() => lines > rounds, { for: "all events", withinMs: 60_000 });
  let seen = 0;
  const closed = new Promise((resolve) => stalled.once("close", resolve));
  stalled.on("data", (chunk: Buffer) => {
    seen += chunk.toString("latin1").split("\n").length - 1;
  });
  stalled.resume();
  await closed;
  expect(seen).toBeLessThan(rounds);
  swift.close();
  slow.destroy();
});

test("/metrics counts requests under upstream's names", async () => {
  const text = (await call("GET", "/metrics")).body;
  expect(text).toMatch(/^apiserver_request_total\{verb="LIST",.*resource="configmaps".*code="200"\} \d+$/m);
  expect(text).toMatch(/^apiserver_request_total\{.*code="429"\} \d+$/m);
  expect(text).toMatch(/^apiserver_request_duration_seconds_bucket\{.*le="0\.1"\} \d+$/m);
  expect(text).toMatch(/^apiserver_current_inflight_requests\{request_kind="readOnly"\} \d+$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  const anonymous = sessionAs(plane, "nobody", "/CN=nobody");
  expect((await callsOver(anonymous)("GET", "/metrics")).status).toBe(403);
  anonymous.destroy();
});

function overHttp1(text: string): Promise<string> {
  const { port } = new URL(plane.server);
  return new Promise((resolve) => {
    const socket = connect({
      port: Number(port),
      host: "127.0.0.1",
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
    });
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    socket.write(text);
  });
}
