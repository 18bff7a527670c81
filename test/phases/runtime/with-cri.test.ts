import { once } from "node:events";
import { createServer, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SlipwayError } from "../../../src/base/errors.ts";
import type { Host } from "../../../src/hosts/host.ts";
import type { CriClient } from "../../../src/kube/cri/client.ts";
import { framed } from "../../../src/kube/grpc/frame.ts";
import { untilCri, withCri } from "../../../src/phases/runtime/with-cri.ts";

/** What the runtime does with each call, in order: answers with an empty list, or its connection breaks, or nothing at all. */
let calls: ("answers" | "breaks" | "hangs")[] = [];
const server = createServer().on("stream", (stream: ServerHttp2Stream) => {
  const call = calls.shift();
  if (call === "breaks") stream.session?.destroy();
  if (call === "breaks" || call === "hangs") return;
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed(new Uint8Array()));
});
beforeEach(() => once(server.listen(0, "127.0.0.1"), "listening"));
afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

const unreachable = new SlipwayError({
  code: "HOST_UNREACHABLE",
  exit: "connection",
  message: "the host does not answer",
});

/** A host that can be reached so many times. */
function place(times: number) {
  const made: unknown[] = [];
  const tunnel = async () => {
    if (made.length === times) throw unreachable;
    const stream = connect((server.address() as AddressInfo).port, "127.0.0.1");
    made.push(stream);
    return stream;
  };
  const facts = () => (made.length === times ? Promise.reject(unreachable) : Promise.resolve());
  return { host: { tunnel, facts } as unknown as Host, signal: new AbortController().signal, made };
}

const wait = { for: "the runtime to answer", withinMs: 20_000, everyMs: 1 };
const answers = async (cri: CriClient) => (await cri.listContainers({ filter: {} })).containers.length === 0;

test("polls over one connection, and over a new one when that broke", async () => {
  calls = ["answers", "answers", "breaks", "answers"];
  const at = place(5);
  let polls = 0;
  await untilCri("/run/x.sock", at, async (cri) => (await answers(cri)) && ++polls === 3, wait);
  expect(at.made).toHaveLength(2);
});

test("ends at once when the host is lost", async () => {
  calls = ["breaks"];
  const begun = performance.now();
  await expect(untilCri("/run/x.sock", place(1), answers, wait)).rejects.toBe(unreachable);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("ends when the host is lost under a call that is never answered", async () => {
  calls = ["hangs", "hangs"];
  await expect(untilCri("/run/x.sock", place(1), answers, wait)).rejects.toBe(unreachable);
  await expect(withCri("/run/x.sock", place(1), answers)).rejects.toBe(unreachable);
});
