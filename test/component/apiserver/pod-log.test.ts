import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

let plane: ControlPlane;
let kubelet: Server;
const asked: string[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  const read = (name: string) => readFileSync(join(plane.dir, name));
  // What stands where a kubelet listens: one container's log, and refusals in a kubelet's words for the others.
  kubelet = createServer({ cert: read("apiserver.crt"), key: read("apiserver.key") }, (request, response) => {
    asked.push(request.url ?? "");
    const container = request.url?.split(/[/?]/)[4];
    if (container === "good") response.end("line 1\nline 2\n");
    else if (container === "waiting")
      response.writeHead(400).end('container "waiting" in pod "p" is waiting to start: ImagePullBackOff');
    else response.writeHead(500).end("failed to open log file");
  });
  await new Promise<void>((resolve) => kubelet.listen(0, "127.0.0.1", resolve));
  const { port: Port } = kubelet.address() as AddressInfo;
  const apply = (object: object) => plane.kubectl("create", "-f", fileOf(object));
  await plane.kubectl("create", "serviceaccount", "default");
  await apply({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port } },
    },
  });
  const containers = ["good", "waiting", "broken"].map((name) => ({ name, image: "x" }));
  await apply({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { nodeName: "n1", containers } });
});
afterAll(async () => {
  kubelet?.close();
  await plane?.stop();
});

let files = 0;
function fileOf(object: object): string {
  files += 1;
  const path = join(plane.dir, `object-${files}.json`);
  writeFileSync(path, JSON.stringify(object));
  return path;
}

test("a log is passed on as the kubelet gives it", async () => {
  expect(await plane.kubectl("logs", "p", "-c", "good", "--tail=2")).toBe("line 1\nline 2\n");
  expect(asked.at(-1)).toBe("/containerLogs/default/p/good?tailLines=2");
});

test("why there is no log is told in the kubelet's words", async () => {
  await expect(plane.kubectl("logs", "p", "-c", "waiting")).rejects.toThrow(
    'Error from server (BadRequest): container "waiting" in pod "p" is waiting to start: ImagePullBackOff',
  );
  await expect(plane.kubectl("logs", "p", "-c", "broken")).rejects.toThrow(
    "Error from server (InternalError): Internal error occurred: failed to open log file",
  );
});
