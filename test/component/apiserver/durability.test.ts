import { readFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane?.stop());

type Answer = { readonly status: number; readonly body: string };
type Request = readonly [method: string, path: string, body?: unknown, type?: string];
const configMaps = "/api/v1/namespaces/default/configmaps";

function session(): ClientHttp2Session {
  const read = (name: string) => readFileSync(join(plane.dir, name));
  const made = connect(plane.server, { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") });
  // Servers that are killed break their sessions; each call tells.
  made.on("error", () => undefined);
  return made;
}

function call(to: ClientHttp2Session, ...[method, path, body, type = "application/json"]: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = to.request({
      ":method": method,
      ":path": path,
      ...(body !== undefined && { "content-type": type }),
    });
    let status = 0;
    let text = "";
    stream.on("response", (headers) => {
      status = Number(headers[":status"]);
    });
    stream.on("data", (chunk) => {
      text += chunk;
    });
    // a stream whose server was killed may close without an end
    stream.on("close", () => resolve({ status, body: text }));
    stream.on("error", reject);
    stream.end(
      body === undefined ? undefined : typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    );
  });
}

test("20 concurrent writers on one object lose no update", async () => {
  const to = session();
  await call(to, "POST", configMaps, { metadata: { name: "counter" }, data: { n: "0" } });
  const increment = async () => {
    for (;;) {
      const current = JSON.parse((await call(to, "GET", `${configMaps}/counter`)).body);
      current.data.n = String(Number(current.data.n) + 1);
      const { status } = await call(to, "PUT", `${configMaps}/counter`, current);
      if (status === 200) return;
      expect(status).toBe(409);
    }
  };
  await Promise.all(Array.from({ length: 20 }, increment));
  expect(JSON.parse((await call(to, "GET", `${configMaps}/counter`)).body).data.n).toBe("20");
  to.destroy();
});

test("patches of different fields by 20 writers all come through", async () => {
  const to = session();
  await call(to, "POST", configMaps, { metadata: { name: "shared" } });
  const patch = (index: number) =>
    call(to, "PATCH", `${configMaps}/shared`, { data: { [`k${index}`]: "v" } }, "application/merge-patch+json");
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => patch(index)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(Object.keys(JSON.parse((await call(to, "GET", `${configMaps}/shared`)).body).data)).toHaveLength(20);
  to.destroy();
});

test("a list goes on at its revision while the collection changes", async () => {
  const to = session();
  for (let index = 0; index < 5; index += 1)
    await call(to, "POST", configMaps, { metadata: { name: `page-${index}`, labels: { page: "x" } } });
  const page = async (more: string) =>
    JSON.parse((await call(to, "GET", `${configMaps}?labelSelector=page%3Dx&limit=2${more}`)).body);
  const first = await page("");
  await call(to, "DELETE", `${configMaps}/page-4`);
  const second = await page(`&continue=${first.metadata.continue}`);
  const third = await page(`&continue=${second.metadata.continue}`);
  const names = [first, second, third].flatMap(({ items }) =>
    items.map((one: { metadata: { name: string } }) => one.metadata.name),
  );
  expect(names).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
  expect(new Set([first, second, third].map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
  to.destroy();
});

test("a watch begins where a list ended, and is told when that is too long ago", async () => {
  const to = session();
  const list = JSON.parse((await call(to, "GET", configMaps)).body);
  await call(to, "POST", configMaps, { metadata: { name: "seen" } });
  const stream = to.request({ ":path": `${configMaps}?watch=true&resourceVersion=${list.metadata.resourceVersion}` });
  let text = "";
  stream.on("data", (chunk) => {
    text += chunk;
  });
  await until(() => text.includes("\n"), { for: "the event", withinMs: 60_000 });
  expect(JSON.parse(text.split("\n")[0]!)).toMatchObject({ type: "ADDED", object: { metadata: { name: "seen" } } });
  stream.close();
  expect(await call(to, "GET", `${configMaps}?watch=true&resourceVersion=1`)).toMatchObject({ status: 410 });
  to.destroy();
});

test("a watch list sends what there is, then says so", async () => {
  const to = session();
  const stream = to.request({
    ":path": `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=0&allowWatchBookmarks=true`,
  });
  let text = "";
  stream.on("data", (chunk) => {
    text += chunk;
  });
  await until(() => text.includes("initial-events-end"), { for: "the bookmark", withinMs: 60_000 });
  expect(text).toContain('"type":"ADDED"');
  stream.close();
  to.destroy();
});

test("what was acknowledged before a kill -9 is there afterwards", async () => {
  const to = session();
  const acknowledged: string[] = [];
  let isOver = false;
  const writer = async (who: number) => {
    for (let index = 0; !isOver; index += 1) {
      const name = `kept-${who}-${index}`;
      const { status } = await call(to, "POST", configMaps, { metadata: { name } }).catch(() => ({ status: 0 }));
      if (status !== 201) return;
      acknowledged.push(name);
    }
  };
  const writers = Promise.all([1, 2, 3, 4].map(writer));
  await until(() => acknowledged.length > 100, { for: "a hundred writes", withinMs: 60_000 });
  await plane.stopApiServer("SIGKILL");
  isOver = true;
  to.destroy();
  await writers;
  await plane.startApiServer();
  const there = new Set((await plane.kubectl("get", "cm", "-o", "jsonpath={.items[*].metadata.name}")).split(" "));
  expect(acknowledged.filter((name) => !there.has(name))).toEqual([]);
});

test("while etcd is away nothing is acknowledged, and afterwards all goes on", async () => {
  await plane.stopEtcd("SIGKILL");
  await expect(plane.kubectl("create", "configmap", "away", "--request-timeout=3s")).rejects.toBeDefined();
  await plane.startEtcd();
  await until(async () => (await plane.kubectl("get", "--raw", "/readyz")) === "ok", {
    for: "/readyz",
    withinMs: 60_000,
  });
  await plane.kubectl("create", "configmap", "back");
  expect(await plane.kubectl("get", "cm", "back", "-o", "name")).toBe("configmap/back\n");
});

test("a shutdown ends watches in order", async () => {
  const to = session();
  const stream = to.request({ ":path": `${configMaps}?watch=true` });
  const ended = new Promise<number>((resolve) => {
    stream.on("end", () => resolve(stream.rstCode));
  });
  stream.resume();
  await new Promise((resolve) => stream.once("response", resolve));
  await plane.stopApiServer("SIGTERM");
  expect(await ended).toBe(0);
  to.destroy();
  await plane.startApiServer();
});
