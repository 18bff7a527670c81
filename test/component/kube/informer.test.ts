import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { createKubeClient } from "../../../src/kube/create-kube-client.ts";
import { Informer } from "../../../src/kube/informer/informer.ts";
import { resources } from "../../../src/kube/resources.ts";
import { FaultyServer, json } from "./faulty-server.ts";

let server: FaultyServer;
let client: KubeClient;
const stop = { now: new AbortController() };

beforeEach(async () => {
  server = await FaultyServer.start();
  client = createKubeClient(server.connection);
  stop.now = new AbortController();
});
afterEach(() => {
  stop.now.abort();
  client.close();
  server.stop();
});

const pod = (name: string, resourceVersion: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "x", uid: name, resourceVersion },
});
const list = (resourceVersion: string, ...items: object[]) => ({
  apiVersion: "v1",
  kind: "PodList",
  metadata: { resourceVersion },
  items,
});
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const soon = (what: string) => ({ for: what, withinMs: 60_000, everyMs: 10 });

/** An informer whose news are written down. */
function follow() {
  const news: string[] = [];
  const informer = new Informer(client, resources.pods, { random: () => 0 });
  informer.addHandler({
    added: ({ metadata }) => news.push(`+${metadata.name}`),
    updated: (_, { metadata }) => news.push(`~${metadata.name}`),
    deleted: ({ metadata }) => news.push(`-${metadata.name}`),
  });
  void informer.run(stop.now.signal);
  return { informer, news };
}

test("an expired version lists again and tells exactly what changed meanwhile", async () => {
  let lists = 0;
  const watches: string[] = [];
  server.answer = (stream, headers) => {
    const query = new URL(headers[":path"] ?? "", "https://x").searchParams;
    if (!query.has("watch")) {
      const first = list("10", pod("a", "1"), pod("b", "2"));
      return json(stream, 200, lists++ === 0 ? first : list("20", pod("a", "15"), pod("c", "16")));
    }
    watches.push(query.get("resourceVersion") ?? "");
    stream.respond({ ":status": 200 });
    if (watches.length === 1) stream.end(line("ERROR", { kind: "Status", code: 410, reason: "Expired" }));
  };
  const { informer, news } = follow();
  await until(() => watches.length === 2, soon("the second watch"));
  expect(news).toEqual(["+a", "+b", "-b", "~a", "+c"]);
  expect(watches).toEqual(["10", "20"]);
  expect(informer.synced).toBe(true);
});

test("a watch that ends goes on from the last bookmark, without listing again", async () => {
  let lists = 0;
  const watches: string[] = [];
  server.answer = (stream, headers) => {
    const query = new URL(headers[":path"] ?? "", "https://x").searchParams;
    if (!query.has("watch")) return json(stream, 200, list(String(10 + lists++)));
    watches.push(query.get("resourceVersion") ?? "");
    stream.respond({ ":status": 200 });
    if (watches.length === 1)
      stream.end(
        line("ADDED", pod("a", "11")) +
          line("BOOKMARK", { kind: "Pod", apiVersion: "v1", metadata: { resourceVersion: "99" } }),
      );
  };
  const { news } = follow();
  await until(() => watches.length === 2, soon("the second watch"));
  expect({ watches, lists, news }).toEqual({ watches: ["10", "99"], lists: 1, news: ["+a"] });
});

test("a list comes in pages", async () => {
  const asked: (string | null)[] = [];
  server.answer = (stream, headers) => {
    const query = new URL(headers[":path"] ?? "", "https://x").searchParams;
    if (query.has("watch")) return stream.respond({ ":status": 200 });
    asked.push(query.get("continue"));
    const first = list("5", pod("a", "1"));
    json(
      stream,
      200,
      query.has("continue")
        ? list("5", pod("b", "2"))
        : { ...first, metadata: { resourceVersion: "5", continue: "next" } },
    );
  };
  const { informer, news } = follow();
  await informer.whenSynced();
  expect({ asked, news }).toEqual({ asked: [null, "next"], news: ["+a", "+b"] });
});

test("a name that was made anew is told as gone and come", async () => {
  const gate = Promise.withResolvers<void>();
  server.answer = async (stream, headers) => {
    if (!headers[":path"]?.includes("watch")) return json(stream, 200, list("1", pod("a", "1")));
    stream.respond({ ":status": 200 });
    await gate.promise;
    stream.write(line("MODIFIED", { ...pod("a", "2"), metadata: { ...pod("a", "2").metadata, uid: "other" } }));
  };
  const { informer, news } = follow();
  await informer.whenSynced();
  gate.resolve();
  await until(() => news.length === 3, soon("the news"));
  expect(news).toEqual(["+a", "-a", "+a"]);
});

test("a handler that comes late first hears of what is there", async () => {
  server.answer = (stream, headers) =>
    headers[":path"]?.includes("watch")
      ? stream.respond({ ":status": 200 })
      : json(stream, 200, list("1", pod("a", "1")));
  const { informer } = follow();
  await informer.whenSynced();
  const late: unknown[] = [];
  informer.addHandler({ added: ({ metadata }) => late.push(metadata.name) });
  expect(late).toEqual(["a"]);
});
