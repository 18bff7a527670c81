import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { Pod } from "../../../src/kubelet/api/pod.ts";
import { createLog } from "../../../src/kubelet/log.ts";
import { ApiLink } from "../../../src/kubelet/node/api-link.ts";
import { nodeStatus } from "../../../src/kubelet/node/node-status.ts";
import { nodeObject } from "../../../src/kubelet/node/registration/node-object.ts";
import { ClientIdentity } from "../../../src/kubelet/tls/client-identity.ts";
import { FaultyServer, json } from "../kube/faulty-server.ts";
import { Relay } from "./relay.ts";

// Faults that a real API server shows rarely, met by the kubelet's own link: registration, sources and status writer.

const bound = { withinMs: 60_000, everyMs: 10 };
const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };

let server: FaultyServer;
let relay: Relay;
let directory: string;
let link: ApiLink | undefined;
let lines: string[];
let news: string[];
/** What the server has, and how it answers reads of pods; undefined for as it should. */
let pods: Pod[];
let version: number;
let onList: ((stream: ServerHttp2Stream) => void) | undefined;
let onWatch: ((stream: ServerHttp2Stream) => void) | undefined;
let onPatch: ((stream: ServerHttp2Stream, body: string) => void) | undefined;
let watches: ServerHttp2Stream[];
let lists: number[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubelet-faults-"));
  server = await FaultyServer.start();
  relay = await Relay.start(server.connection.server);
  [lines, news, watches, lists, pods, version] = [[], [], [], [], [], 1];
  onList = onWatch = onPatch = undefined;
  server.answer = answer;
});
afterEach(async () => {
  link?.stop();
  server.stop();
  relay.stop();
  await rm(directory, { recursive: true, force: true });
});

function answer(stream: ServerHttp2Stream, headers: Record<string, string>, body: string): void {
  const { ":method": method, ":path": path = "" } = headers;
  const { pathname, searchParams } = new URL(path, "https://api");
  const isWatch = searchParams.has("watch");
  if (method === "PATCH" && onPatch) onPatch(stream, body);
  else if (method !== "GET") json(stream, 201, madeOf(body));
  else if (pathname !== "/api/v1/pods") (isWatch ? openWatch : answerRest)(stream, pathname);
  else if (isWatch) watchPods(stream);
  else listPods(stream);
}

function listPods(stream: ServerHttp2Stream): void {
  lists.push(performance.now());
  if (onList) onList(stream);
  else json(stream, 200, listOf("PodList", pods));
}

function watchPods(stream: ServerHttp2Stream): void {
  watches.push(stream);
  if (onWatch) onWatch(stream);
  else openWatch(stream);
}

function openWatch(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": "application/json" });
}

/** There are no services; every other object is a node of that name. */
function answerRest(stream: ServerHttp2Stream, path: string): void {
  if (path === "/api/v1/services") json(stream, 200, listOf("ServiceList", []));
  else json(stream, 200, madeOf(JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name: "n" } })));
}

function listOf(kind: string, items: readonly object[]) {
  return { apiVersion: "v1", kind, metadata: { resourceVersion: String(version) }, items };
}

/** An object as the API server gives it back. */
function madeOf(body: string): object {
  const object = JSON.parse(body || "{}") as { metadata?: object };
  return { ...object, metadata: { ...object.metadata, uid: "u", resourceVersion: "1" } };
}

function pod(name: string): Pod {
  const metadata = { name, namespace: "default", uid: name, resourceVersion: String(++version) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { nodeName: "n", containers: [{ name: "main", image: "i" }] },
  };
}

const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
const told = (...expected: string[]) =>
  until(() => JSON.stringify(news) === JSON.stringify(expected), { for: `${expected} (got ${news})`, ...bound });
const watching = (count: number) => until(() => watches.length >= count, { for: `watch ${count}`, ...bound });

/** Starts the link with a kubeconfig for the server. */
async function start({ ca = server.connection.ca ?? "" } = {}): Promise<ApiLink> {
  const kubeconfig = join(directory, "kubelet.conf");
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(ca)));
  const log = createLog(
    4,
    (line) => lines.push(line),
    () => new Date(),
  );
  const common = { nodeName: "n", log, now: Date.now, uptimeMs: () => performance.now() };
  const identity = new ClientIdentity({
    ...common,
    kubeconfig,
    bootstrapKubeconfig: "",
    certDir: directory,
    rotateCertificates: false,
    random: () => 0.5,
    signal: new AbortController().signal,
  });
  const started = new ApiLink({
    ...common,
    identity,
    leaseDurationSeconds: 40,
    userAgent: "test",
    patience: { requestWithinMs: 3000, keepAlive: { pingEveryMs: 500, pingWithinMs: 2000 } },
    registrar: {
      node: nodeObject({ nodeName: "n", hostname: "n", architecture: "amd64", labels: {}, taints: [] }),
      register: true,
      updateEveryMs: 60_000,
      reportEveryMs: 60_000,
      status: async () => nodeStatus(facts),
    },
  });
  link = started;
  void started.run({
    podSet: ({ metadata }) => news.push(`+${metadata.name}`),
    podGone: ({ metadata }) => news.push(`-${metadata.name}`),
  });
  return started;
}

const facts: Parameters<typeof nodeStatus>[0] = {
  machine: {
    ...{ cpus: 1, cpuset: "0", memoryBytes: 1, hugepages: [], maxPids: 1, swapBytes: 0, canLimitSwap: false },
    ...{ hasAppArmor: false, machineId: "m", systemUuid: "s", bootId: "b", kernelVersion: "6", osImage: "Debian" },
    architecture: "amd64",
  },
  resources: { capacity: {}, allocatable: {}, enforced: { milliCpu: 0, memoryBytes: 0, pids: 0, hugepages: [] } },
  addresses: ["192.0.2.1"],
  hostname: "n",
  kubeletPort: 10250,
  kubeletVersion: "v1.36.2",
  runtimeVersion: "containerd://1",
  images: [],
  conditions: [],
};

function kubeconfigOf(ca: string) {
  const cluster = {
    server: relay.url,
    "certificate-authority-data": Buffer.from(ca).toString("base64"),
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { token: "let-me-in" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
}

test.each([
  [
    "as an event",
    (stream: ServerHttp2Stream) => {
      stream.respond({ ":status": 200 });
      stream.end(event("ERROR", expired));
    },
  ],
  ["as the answer", (stream: ServerHttp2Stream) => json(stream, 410, expired)],
])("410 on the watch, %s: pods are listed again, and what changed meanwhile is told", async (_, answerGone) => {
  pods = [pod("stays"), pod("goes")];
  onWatch = (stream) => {
    pods = [pods[0] ?? pod("stays"), pod("comes")];
    onWatch = undefined;
    answerGone(stream);
  };
  await start();
  await told("+stays", "+goes", "-goes", "+comes");
  expect(lists).toHaveLength(2);
});

test("429: the list is asked for again when Retry-After says, not before", async () => {
  pods = [pod("a")];
  onList = (stream) => {
    onList = undefined;
    json(stream, 429, { kind: "Status", code: 429, reason: "TooManyRequests" }, { "retry-after": "1" });
  };
  await start();
  await told("+a");
  expect((lists[1] ?? 0) - (lists[0] ?? 0)).toBeGreaterThan(950);
});

test("a list that never comes is given up at its deadline and asked for again", async () => {
  pods = [pod("a")];
  onList = () => {
    onList = undefined;
  };
  await start();
  await told("+a");
  expect(lines.join("")).toContain('"Failed to watch" type="*v1.Pod"');
});

test.each([
  ["ends", () => watches[0]?.end()],
  ["leaves with its connection", () => watches[0]?.session?.destroy()],
  ["half-closes", () => relay.hangUp()],
  ["falls silent on", () => relay.freeze()],
])("a watch that the server %s is taken up where it was", async (_, strike) => {
  pods = [pod("a")];
  await start();
  await watching(1);
  strike();
  await watching(2);
  watches[1]?.write(event("ADDED", pod("b")));
  await told("+a", "+b");
  expect(lists).toHaveLength(1);
});

test("a status that is not taken is written again, always the newest, until it is", async () => {
  pods = [pod("a")];
  const [target = pod("a")] = pods;
  const phases: string[] = [];
  onPatch = (stream, body) => {
    phases.push((JSON.parse(body) as { status: { phase: string } }).status.phase);
    // while the first attempt is under way
    if (phases.length === 1) writer.set(target, { phase: "Running" });
    if (phases.length < 3) json(stream, 500, { kind: "Status", code: 500, message: "etcd is away" });
    else json(stream, 200, pods[0]);
  };
  const { writer } = await start();
  await told("+a");
  writer.set(target, { phase: "Pending" });
  await until(() => phases.length >= 3, { for: "the third attempt", ...bound });
  expect(phases).toEqual(["Pending", "Running", "Running"]);
  expect(lines.join("")).toContain("Failed to update status for pod");
});

test("a server with a certificate of another authority is not spoken to, and the log says why", async () => {
  const other = await FaultyServer.start();
  other.stop();
  await start({ ca: other.connection.ca ?? "" });
  await until(() => lines.some((line) => line.includes("Unable to register node with API server")), {
    for: "the log's line",
    ...bound,
  });
  expect(lines.join("")).toMatch(/self-signed certificate|unable to verify|certificate/i);
  expect(news).toEqual([]);
});
