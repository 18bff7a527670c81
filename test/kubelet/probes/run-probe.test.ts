import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2, type Http2Server } from "node:http2";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { CriClient } from "../../../src/kube/cri/client.ts";
import { GrpcError } from "../../../src/kube/grpc/status.ts";
import type { Probe } from "../../../src/kubelet/api/probe.ts";
import { runProbe } from "../../../src/kubelet/probes/run-probe.ts";
import { selfSignedCertificate } from "../../../src/x509/self-signed.ts";
import { container } from "../sample.ts";

const servers: (Server | Http2Server)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function portOf(server: Server | Http2Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** How a probe of a pod at 127.0.0.1 ends: `success`, or `failure: why`. */
async function probe(wanted: Probe, port = 0, execSync?: CriClient["execSync"]): Promise<string> {
  const cri = { execSync } as CriClient;
  const ports = [{ name: "web", containerPort: port }];
  const target = {
    container: container({ ports }),
    containerId: "c",
    podIp: "127.0.0.1",
    userAgent: "kube-probe/1.36",
  };
  // a second, the default, may pass on a busy machine; exec's time is none of this test's
  const patient = wanted.exec ? wanted : { timeoutSeconds: 20, ...wanted };
  const { kind, output } = await runProbe(cri, patient, target);
  return kind === "success" ? kind : `${kind}: ${output}`;
}

test("HTTP: 200 to 399 is healthy, by name or number of the port, with the headers that are asked for", async () => {
  const seen: unknown[] = [];
  const port = await portOf(
    createHttp(({ url, headers }, response) => {
      seen.push([url, headers["user-agent"], headers["x-mine"]]);
      response.writeHead(Number(url?.slice(1)), { location: "http://other.test/" }).end();
    }),
  );
  const get = (path: string) =>
    probe({ httpGet: { path, port: "web", httpHeaders: [{ name: "X-Mine", value: "1" }] } }, port);
  expect(await get("/200")).toBe("success");
  expect(await get("/302")).toBe("success");
  expect(await get("/404")).toBe("failure: HTTP probe failed with statuscode: 404");
  expect(seen[0]).toEqual(["/200", "kube-probe/1.36", "1"]);
  expect(await probe({ httpGet: { path: "/", port: "none" } })).toBe("unknown: couldn't find port: none");
});

test("HTTPS: whoever signed the certificate", async () => {
  const pair = selfSignedCertificate({ commonName: "x", dnsNames: ["x"], ipAddresses: [] }, new Date());
  const port = await portOf(createHttps(pair, (_, response) => response.end("ok")));
  expect(await probe({ httpGet: { port, scheme: "HTTPS" } })).toBe("success");
});

test("HTTP: an answer that does not come in time, and a port where nobody listens", async () => {
  const port = await portOf(createHttp(() => undefined));
  const words = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  expect(await probe({ httpGet: { path: "/slow", port }, timeoutSeconds: 0.1 })).toBe(
    `failure: Get "http://127.0.0.1:${port}/slow": ${words}`,
  );
  expect(await probe({ httpGet: { port: 1 } })).toMatch(/^failure: Get "http:\/\/127\.0\.0\.1:1\/": .*ECONNREFUSED/);
});

test("TCP: a port that opens", async () => {
  const port = await portOf(createTcp((socket) => socket.destroy()));
  expect(await probe({ tcpSocket: { port } })).toBe("success");
  expect(await probe({ tcpSocket: { port: 1 } })).toMatch(/^failure: dial tcp 127\.0\.0\.1:1: .*ECONNREFUSED/);
});

/** grpc.health.v1: 1 is SERVING, 2 is NOT_SERVING; the service comes as the first field of the request. */
function health(statusOf: (service: string) => number | undefined): Http2Server {
  return createHttp2().on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const service = Buffer.concat(chunks).subarray(7).toString();
      const status = headers[":path"] === "/grpc.health.v1.Health/Check" ? statusOf(service) : undefined;
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status === undefined ? "12" : "0" }));
      stream.end(status === undefined ? undefined : Buffer.from([0, 0, 0, 0, 2, 8, status]));
    });
  });
}

test("gRPC: what the health service says of a service", async () => {
  const port = await portOf(health((service) => ({ "": 1, ill: 2 })[service]));
  const check = (service?: string) => probe({ grpc: { port, ...(service && { service }) } });
  expect(await check()).toBe("success");
  expect(await check("ill")).toBe('failure: service unhealthy (responded with "NOT_SERVING")');
  expect(await check("nobody")).toBe(
    "failure: error: this server does not implement the grpc health protocol (grpc.health.v1.Health)",
  );
  expect(await probe({ grpc: { port: 1 } })).toMatch(/^failure: /);
});

test("exec: the exit code decides, and a command that takes too long has failed", async () => {
  const answer = (exitCode: number) => async () => ({
    exitCode,
    stdout: Buffer.from("out"),
    stderr: Buffer.from("err"),
  });
  const exec = { exec: { command: ["check"] } };
  expect(await probe(exec, 0, answer(0))).toBe("success");
  expect(await probe(exec, 0, answer(1))).toBe("failure: outerr");
  const late = async () => {
    throw new GrpcError({ status: "DEADLINE_EXCEEDED", reason: "late", tried: "exec" });
  };
  expect(await probe(exec, 0, late)).toBe('failure: command timed out: "check" timed out after 1s');
});

test("HTTP: a path is escaped where a request line can't hold it, a header that can't be sent fails the probe", async () => {
  const seen: unknown[] = [];
  const port = await portOf(
    createHttp(({ url }, response) => {
      seen.push(url);
      response.end();
    }),
  );
  expect(await probe({ httpGet: { path: "/здоров now?a=%20b", port } })).toBe("success");
  expect(seen).toEqual(["/%D0%B7%D0%B4%D0%BE%D1%80%D0%BE%D0%B2%20now?a=%20b"]);
  const httpHeaders = [{ name: "X-Mine", value: "two\nlines" }];
  expect(await probe({ httpGet: { path: "/", port, httpHeaders } })).toMatch(/^failure: Invalid character/);
  expect(await probe({ httpGet: { path: "/", port }, timeoutSeconds: 2 ** 31 - 1 })).toBe("success");
});
