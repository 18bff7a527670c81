import { once } from "node:events";
import { createServer, type Http2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Channel, channelOver } from "../../../src/kube/grpc/channel.ts";

let server: Http2Server;
let channel: Channel;
const timeouts: unknown[] = [];

/** Answers after a while with an empty message. */
beforeEach(async () => {
  timeouts.length = 0;
  server = createServer().on("stream", (stream, headers) => {
    timeouts.push(headers["grpc-timeout"]);
    setTimeout(() => {
      if (stream.destroyed) return;
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.alloc(5));
    }, 50);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  channel = channelOver(() => connect(port, "127.0.0.1"));
});
afterEach(() => {
  channel.close();
  server.close();
});

/** What comes of a call: the number of messages, or the status. */
async function called(deadlineMs?: number): Promise<number | string> {
  try {
    return (await Array.fromAsync(channel.call({ path: "/a/B", message: Buffer.alloc(0), deadlineMs }))).length;
  } catch (thrown) {
    return (thrown as { status: string }).status;
  }
}

it("waits for as long as the deadline, also where no timer can", async () => {
  const yearMs = 365 * 24 * 3600_000;
  // on a busy machine it takes longer to connect than the first deadline
  expect(await called()).toBe(1);
  expect(await called(5)).toBe("DEADLINE_EXCEEDED");
  expect(await called(60_000)).toBe(1);
  expect(await called(yearMs)).toBe(1);
  expect(await called()).toBe(1);
  expect(timeouts).toEqual([undefined, "5m", "60000m", "31536000S", undefined]);
});

it("tells of the deadline also when the server drops the call before the client's timer is heard", async () => {
  server.removeAllListeners("stream");
  server.on("stream", (stream) => {
    const begun = performance.now();
    const drop = (): void => void (performance.now() - begun < 40 ? setImmediate(drop) : stream.close(8));
    drop();
  });
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    expect(await called(30)).toBe("DEADLINE_EXCEEDED");
    expect(await called(60_000)).toBe("UNAVAILABLE");
  } finally {
    vi.useRealTimers();
  }
});
