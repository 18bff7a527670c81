/** Speed and size of kube-apiserver against an etcd on the same machine. Prints one line a figure; exits 1 when a target is missed. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { bundleProgram } from "../../src/runtime/images/bundle-program.ts";
import { type ControlPlane, startControlPlane } from "../component/apiserver/fixture.ts";

type Call = { readonly status: number; readonly body: Buffer };

let isMissed = false;
const pods = Number(process.env.PODS ?? 10_000);
const namespace = "/api/v1/namespaces/default";

// Measured as it is shipped: one file.
const bundle = join(await mkdtemp(join(tmpdir(), "slipway-bench-")), "kube-apiserver.mjs");
const root = fileURLToPath(new URL("../..", import.meta.url));
await writeFile(bundle, await bundleProgram(join(root, "src/components/apiserver/main.ts")));
const plane = await startControlPlane({ program: bundle, nodeFlags: ["--max-semi-space-size=8"] });
try {
  await bench(plane);
} finally {
  await plane.stop();
  await rm(dirname(bundle), { recursive: true, force: true });
}
process.exitCode = isMissed ? 1 : 0;

async function bench(cp: ControlPlane): Promise<void> {
  const sessions = Array.from({ length: 4 }, () => session(cp));
  await waitForAccount(sessions[0]!);
  report("RSS, empty", rssMb(cp), { most: 150, unit: "MB" });
  report("start to /readyz, empty", await restart(cp), { most: 1000, unit: "ms" });
  const fresh = Array.from({ length: 4 }, () => session(cp));
  await call(fresh[0]!, "POST", `${namespace}/configmaps`, configMap("one"));
  const gets = await rate(fresh, 12_000, () => ({ method: "GET", path: `${namespace}/configmaps/one` }));
  report("GET of one object", gets, { least: 2400, unit: "/s" });
  let made = 0;
  const creates = await rate(fresh, 6_000, () => ({
    method: "POST",
    path: `${namespace}/configmaps`,
    body: configMap(`cm-${made++}`),
  }));
  report("create of a small ConfigMap", creates, { least: 1150, unit: "/s" });
  await watchLatency(cp, fresh);
  await manyPods(cp, fresh);
  for (const one of [...sessions, ...fresh]) one.destroy();
}

async function watchLatency(cp: ControlPlane, sessions: readonly ClientHttp2Session[]): Promise<void> {
  const latencies: number[] = [];
  const streams = Array.from({ length: 100 }, (_, index) => {
    const stream = sessions[index % sessions.length]!.request({
      ":path": `${namespace}/endpoints?watch=true&resourceVersion=0&fieldSelector=metadata.name=beat`,
    });
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const sent = Number(/"sent":"([\d.]+)"/.exec(line)?.[1]);
        if (sent) latencies.push(performance.now() - sent);
      }
    });
    return stream;
  });
  const writer = session(cp);
  await call(writer, "POST", `${namespace}/endpoints`, { metadata: { name: "beat", annotations: {} } });
  const start = performance.now();
  const inFlight = new Set<Promise<unknown>>();
  for (let sent = 0; sent < 500; sent += 1) {
    const due = start + sent * 10;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    const body = { metadata: { annotations: { sent: String(performance.now()) } } };
    const one = call(writer, "PATCH", `${namespace}/endpoints/beat`, body, "application/merge-patch+json");
    inFlight.add(one);
    void one.finally(() => inFlight.delete(one));
  }
  await Promise.all(inFlight);
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const stream of streams) stream.close();
  writer.destroy();
  latencies.sort((a, b) => a - b);
  report(
    `event seen by 100 watchers, p99 of ${latencies.length}`,
    latencies[Math.floor(latencies.length * 0.99)] ?? Infinity,
    { most: 50, unit: "ms" },
  );
}

async function manyPods(cp: ControlPlane, sessions: readonly ClientHttp2Session[]): Promise<void> {
  let made = 0;
  const created = await rate(sessions, pods, () => ({
    method: "POST",
    path: `${namespace}/pods`,
    body: pod(`pod-${made++}`),
  }));
  report(`create of ${pods} pods`, created, { unit: "/s" });
  const first = await call(sessions[0]!, "GET", `${namespace}/pods?limit=1`);
  const { resourceVersion } = (JSON.parse(first.body.toString()) as { metadata: { resourceVersion: string } }).metadata;
  const path = `${namespace}/pods?watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
  const watchers = Array.from({ length: 200 }, (_, index) =>
    sessions[index % sessions.length]!.request({ ":path": path }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const pings = await pinging(cp);
  const start = performance.now();
  const list = await call(sessions[0]!, "GET", "/api/v1/pods");
  report(`LIST of ${pods} pods (${(list.body.length / 1e6).toFixed(1)} MB)`, performance.now() - start, {
    most: 1500,
    unit: "ms",
  });
  await table(sessions[0]!);
  await watchList(sessions[0]!);
  report("longest time without an answer: LIST, table, watch list", await pings(), { most: 100, unit: "ms" });
  report(`RSS, ${pods} pods and 200 watchers`, rssMb(cp), { most: 350, unit: "MB" });
  for (const watcher of watchers) watcher.close();
  report(`start to /readyz, ${pods} pods`, await restart(cp), { most: 2000, unit: "ms" });
}

/**
 * Asks for /version all the time, from a thread of its own: what the bench itself does must not count. The result ends that
 * and tells the longest answer.
 */
async function pinging({ dir, server }: ControlPlane): Promise<() => Promise<number>> {
  const thread = new Worker(new URL("apiserver/pinging.ts", import.meta.url), { workerData: { dir, server } });
  await once(thread, "message");
  return async () => {
    thread.postMessage("enough");
    const [longest] = (await once(thread, "message")) as [number];
    await thread.terminate();
    return longest;
  };
}

/** Calls a second with 16 in flight over all sessions. */
async function rate(
  sessions: readonly ClientHttp2Session[],
  count: number,
  next: () => { method: string; path: string; body?: object },
): Promise<number> {
  let left = count;
  const start = performance.now();
  const worker = async (index: number) => {
    while (left > 0) {
      left -= 1;
      const { method, path, body } = next();
      const { status, body: answer } = await call(sessions[index % sessions.length]!, method, path, body);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${answer.toString().slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, index) => worker(index)));
  return count / ((performance.now() - start) / 1000);
}

function session({ dir, server }: ControlPlane): ClientHttp2Session {
  const read = (name: string) => readFileSync(join(dir, name));
  const made = connect(server, {
    ca: read("ca.crt"),
    cert: read("admin.crt"),
    key: read("admin.key"),
    settings: { initialWindowSize: 16 * 1024 * 1024 },
  });
  made.on("connect", () => made.setLocalWindowSize(64 * 1024 * 1024));
  // The restart in between breaks sessions that are no longer used.
  made.on("error", () => undefined);
  return made;
}

type Request = readonly [method: string, path: string, body?: object, type?: string];

/** What `kubectl get pods -A` asks for. */
async function table(to: ClientHttp2Session): Promise<void> {
  const stream = to.request({ ":path": "/api/v1/pods", accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
  stream.resume();
  await once(stream, "end");
}

/** Reads all pods by a watch, to the bookmark that ends what there is. */
function watchList(to: ClientHttp2Session): Promise<void> {
  const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const stream = to.request({ ":path": `/api/v1/pods?${query}` });
  return new Promise((resolve, reject) => {
    let tail = "";
    stream.on("data", (chunk: Buffer) => {
      tail = `${tail.slice(-100)}${chunk.toString("latin1")}`;
      if (!tail.includes("initial-events-end")) return;
      stream.close();
      resolve();
    });
    stream.on("close", () => reject(new Error("the watch list ended early")));
  });
}

function call(to: ClientHttp2Session, ...[method, path, body, type = "application/json"]: Request): Promise<Call> {
  return new Promise((resolve, reject) => {
    const stream = to.request({ ":method": method, ":path": path, ...(body && { "content-type": type }) });
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on("response", (headers) => {
      status = Number(headers[":status"]);
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve({ status, body: Buffer.concat(chunks) }));
    stream.on("error", reject);
    stream.end(body && JSON.stringify(body));
  });
}

async function restart(cp: ControlPlane): Promise<number> {
  await cp.stopApiServer();
  const start = performance.now();
  await cp.startApiServer();
  return performance.now() - start;
}

async function waitForAccount(to: ClientHttp2Session): Promise<void> {
  await call(to, "POST", `${namespace}/serviceaccounts`, { metadata: { name: "default" } });
}

function rssMb(cp: ControlPlane): number {
  const status = readFileSync(`/proc/${cp.apiserverPid()}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function configMap(name: string): object {
  return { metadata: { name }, data: { key: "value", other: "x".repeat(100) } };
}

function pod(name: string): object {
  const container = {
    name: "main",
    image: "registry.example/app:1",
    env: [{ name: "A", value: "1" }],
    resources: { requests: { cpu: "10m" } },
  };
  return { metadata: { name, labels: { app: "bench", n: name } }, spec: { containers: [container] } };
}

type Target = { readonly most?: number; readonly least?: number; readonly unit: string };

function report(what: string, value: number, { most, least, unit }: Target): void {
  const isGood = (most === undefined || value <= most) && (least === undefined || value >= least);
  if (!isGood) isMissed = true;
  const target =
    most !== undefined ? `target at most ${most}` : least !== undefined ? `target at least ${least}` : "no target";
  process.stdout.write(`${isGood ? "ok  " : "MISS"} ${what}: ${value.toFixed(1)} ${unit} (${target})\n`);
}
