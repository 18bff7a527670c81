import { readFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

let plane: ControlPlane;
let to: ClientHttp2Session;
const configMaps = "/api/v1/namespaces/default/configmaps";

beforeAll(async () => {
  plane = await startControlPlane();
  const read = (name: string) => readFileSync(join(plane.dir, name));
  to = connect(plane.server, { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") });
});
afterAll(async () => {
  to?.destroy();
  await plane?.stop();
});

function send(method: string, path: string, body: string | Buffer, type = "application/json"): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = to.request({ ":method": method, ":path": path, "content-type": type });
    let status = 0;
    stream.on("response", (headers) => {
      status = Number(headers[":status"]);
    });
    stream.resume();
    stream.on("close", () => resolve(status));
    stream.on("error", (error) => (status ? resolve(status) : reject(error)));
    stream.end(body);
  });
}

const nested = (depth: number) => `{"metadata":{"name":"deep"},"data":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;

test.each([
  ["deep JSON", nested(5000), 400],
  [
    "bad UTF-8",
    Buffer.concat([Buffer.from('{"metadata":{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}}')]),
    400,
  ],
  ["no JSON", "{", 400],
  ["a list", "[]", 400],
  ["10 MB", JSON.stringify({ metadata: { name: "big" }, data: { a: "x".repeat(10_000_000) } }), 413],
  ["a name of a path", '{"metadata":{"name":"../../secrets/x"}}', 422],
  ["__proto__", '{"metadata":{"name":"proto","__proto__":{"polluted":"yes"}},"__proto__":{"polluted":"yes"}}', 201],
])("%s is answered with a status", async (_what, body, status) => {
  expect(await send("POST", configMaps, body)).toBe(status);
});

test("patch bombs are refused", async () => {
  const operations = JSON.stringify(Array.from({ length: 10_001 }, () => ({ op: "test", path: "/kind", value: "x" })));
  expect(
    await send("PATCH", `${configMaps}/kube-root`, operations, "application/json-patch+json"),
  ).toBeGreaterThanOrEqual(400);
  await send("POST", configMaps, '{"metadata":{"name":"bomb"},"data":{"a":"b"}}');
  expect(await send("PATCH", `${configMaps}/bomb`, operations, "application/json-patch+json")).toBe(413);
});

test("garbage in place of TLS and of HTTP/2 frames harms only its own connection", async () => {
  const { port } = new URL(plane.server);
  const garbage = (
    socket: NodeJS.WritableStream & { on(event: "close", listener: () => void): unknown },
    bytes: Buffer,
  ) =>
    new Promise<void>((resolve) => {
      socket.on("close", () => resolve());
      socket.write(bytes);
      setTimeout(resolve, 1000);
    });
  const tls = () =>
    connectTls({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] }).on(
      "error",
      () => undefined,
    );
  await garbage(tls(), Buffer.from("GET / HTTP/9.9\r\n\r\n\0\0\0"));
  await garbage(tls(), Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(64, 0xff)]));
  expect(await plane.kubectl("get", "--raw", "/livez")).toBe("ok");
});

test("after all that the server runs, small as before", async () => {
  expect(await plane.kubectl("get", "--raw", "/readyz")).toBe("ok");
  expect(await plane.log()).not.toContain('"Request failed"');
  const status = readFileSync(`/proc/${plane.apiserverPid()}/status`, "utf8");
  expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(300);
});
