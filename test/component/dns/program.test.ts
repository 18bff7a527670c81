import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { type ControlPlane, startControlPlane } from "../apiserver/fixture.ts";
import { freePorts } from "../free-ports.ts";

/** The program as a pod runs it, against an API server of its own; dig asks, as people do. */
const main = join(import.meta.dirname, "../../../src/components/dns/main.ts");
const programs: ChildProcess[] = [];
let plane: ControlPlane;
let port = 0;
let beside = { health: 0, ready: 0, prometheus: 0 };

beforeAll(async () => {
  plane = await startControlPlane();
  const [own = 0, health = 0, ready = 0, prometheus = 0] = await freePorts(4);
  [port, beside] = [own, { health, ready, prometheus }];
  await plane.kubectl("create", "service", "clusterip", "web", "--clusterip=10.96.7.1", "--tcp=80");
});

afterAll(async () => {
  for (const program of programs) program.kill("SIGKILL");
  await plane?.stop();
});

describe("the program", () => {
  let said = () => "";

  beforeAll(async () => {
    said = start("Corefile", corefile("hosts {\n 192.0.2.1 one.example.org\n fallthrough\n }"));
    await until(async () => (await dig("web.default.svc.cluster.local")) === "10.96.7.1", wait("the cluster's names"));
  });

  it("answers with what was last known while the API server is away, and follows it when it is back", async () => {
    await plane.stopApiServer("SIGKILL");
    expect(await dig("web.default.svc.cluster.local")).toBe("10.96.7.1");
    await until(() => said().includes("[ERROR] plugin/kubernetes"), wait("the loss to be noticed"));
    expect(await dig("web.default.svc.cluster.local")).toBe("10.96.7.1");
    expect(await dig("one.example.org")).toBe("192.0.2.1");
    await plane.startApiServer();
    await plane.kubectl("create", "service", "clusterip", "late", "--clusterip=10.96.7.2", "--tcp=80");
    await until(
      async () => (await dig("late.default.svc.cluster.local")) === "10.96.7.2",
      wait("a service made later"),
    );
  });

  it("serves a Corefile that has changed, and keeps to the last good one when it can't be served", async () => {
    write("Corefile", corefile("hosts {\n 192.0.2.2 one.example.org\n fallthrough\n }"));
    await until(async () => (await dig("one.example.org")) === "192.0.2.2", wait("the new Corefile"));
    write("Corefile", corefile("autopath @kubernetes"));
    await until(() => said().includes("line 3: plugin autopath is not served"), wait("the refusal"));
    expect(await dig("one.example.org")).toBe("192.0.2.2");
    expect(await dig("web.default.svc.cluster.local")).toBe("10.96.7.1");
    const { body: metrics } = await page(beside.prometheus, "metrics");
    expect(metrics).toContain("coredns_reload_failed_total 1\n");
    expect(metrics).toContain(`coredns_dns_responses_total{server="dns://:${port}",zone=".",view="",rcode="NOERROR"`);
  });

  it("tells that it lives and is ready, logs what it is asked, and answers on while those who ask learn that it goes", async () => {
    expect(await page(beside.health, "health")).toEqual({ status: 200, body: "OK" });
    expect(await page(beside.ready, "ready")).toEqual({ status: 200, body: "OK" });
    expect(said()).toMatch(
      /^\[INFO\] 127\.0\.0\.1:\d+ - \d+ "A IN one\.example\.org\. udp \d+ false 1232" NOERROR qr,aa,rd,ra /m,
    );
    const [program] = programs;
    program?.kill("SIGTERM");
    await until(() => said().includes("going into lameduck mode for 4000 ms"), {
      ...wait("the lame duck"),
      everyMs: 10,
    });
    expect(await dig("web.default.svc.cluster.local")).toBe("10.96.7.1");
    await until(() => program?.exitCode === 0, wait("its end"));
  });
});

it.each([
  ["forwards to itself", "loop\n forward . 127.0.0.1:PORT", /^\[FATAL\] plugin\/loop: a loop of forwarding was found/m],
  [
    "is told to serve what it can't",
    "autopath",
    /^\[FATAL\] .*loop: line 3: plugin autopath is not served; known are /m,
  ],
])("a program that %s ends, and says why", async (_, plugins, expected) => {
  const [own] = await freePorts(1);
  const said = start("loop", `.:${own} {\n errors\n ${plugins.replace("PORT", String(own))}\n}\n`);
  const ending = programs.at(-1);
  // its outputs may come after the news of its end, but not after they were closed
  const [exitCode] = await once(ending!, "close");
  expect(said()).toMatch(expected);
  expect(exitCode).toBe(1);
});

function corefile(plugin: string): string {
  return `# names
.:${port} {
  ${plugin}
  errors
  log
  health :${beside.health} {
    lameduck 4s
  }
  ready :${beside.ready}
  kubernetes cluster.local {
    pods insecure
  }
  prometheus :${beside.prometheus}
  reload 50ms
}
`;
}

/** By rename, as the kubelet does. */
function write(name: string, text: string): string {
  const path = join(plane.dir, name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  return path;
}

/** Gives what the program has said so far. */
function start(name: string, text: string): () => string {
  const flags = [`-conf=${write(name, text)}`, `-kubeconfig=${plane.kubeconfig}`];
  const program = spawn(process.execPath, [main, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  programs.push(program);
  let said = "";
  for (const stream of [program.stdout, program.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
  return () => said;
}

async function dig(name: string): Promise<string> {
  const options = ["+short", "+tries=1", "+timeout=20"];
  const argv = ["@127.0.0.1", "-p", String(port), ...options, name];
  const { stdout } = await promisify(execFile)("dig", argv, { timeout: 60_000 }).catch(() => ({
    stdout: "",
  }));
  return stdout.trim();
}

async function page(at: number, path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${at}/${path}`);
  return { status: response.status, body: await response.text() };
}

function wait(what: string) {
  return { for: what, withinMs: 60_000 };
}
