import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerRecord } from "../../../src/kubelet/cri/pod-runtime.ts";
import { logRoute } from "../../../src/kubelet/server/log-route.ts";
import type { PodLookup } from "../../../src/kubelet/server/pod-lookup.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-logs-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("a reader that goes while its container is looked for is not followed for ever", async () => {
  const logPath = join(directory, "0.log");
  await writeFile(logPath, "2026-01-02T03:04:05.6Z stdout F hello\n");
  const found = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const containers = [{ id: "id", name: "c", state: "running", logPath } as ContainerRecord];
  const lookup = {
    pod: async () => {
      asked.resolve();
      await found.promise;
      return { pod: {}, runtime: { containers } };
    },
  } as unknown as PodLookup;
  const status = {
    containerStatuses: [{ name: "c", state: { running: {} }, lastState: {}, containerID: "containerd://id" }],
  };
  const route = logRoute({ lookup, statuses: { get: () => status as never }, now: Date.now });
  const answered = Promise.withResolvers<string>();
  const server = createServer((incoming, response) => {
    response.once("close", found.resolve);
    const query = new URLSearchParams("follow=true");
    Promise.resolve(route.respond?.({ incoming, path: ["ns", "pod", "c"], query }, response)).then(
      () => answered.resolve("ended"),
      () => answered.resolve("failed"),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("GET / HTTP/1.1\r\nHost: any\r\n\r\n");
  await asked.promise;
  client.destroy();
  const late = AbortSignal.timeout(20_000);
  late.addEventListener("abort", () => answered.resolve("still followed"));
  expect(await answered.promise).toBe("ended");
  containers[0] = { ...containers[0], state: "exited" } as ContainerRecord;
  server.close();
});
