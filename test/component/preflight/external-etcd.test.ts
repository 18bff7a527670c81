import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { InitInput } from "../../../src/config/kubeadm/load/init-input.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { localHost } from "../../../src/hosts/local.ts";
import { externalEtcdChecks } from "../../../src/phases/preflight/external-etcd-checks.ts";
import { makePki } from "../apiserver/pki.ts";
import { freePorts } from "../free-ports.ts";

let folder: string;
let endpoint: string;
let etcd: ChildProcess;
let host: Host;

beforeAll(async () => {
  for (const [program, name] of [
    ["/usr/bin/etcd", "etcd-server"],
    ["/usr/bin/curl", "curl"],
  ] as const) {
    if (!existsSync(program)) throw new Error(`this test needs the package ${name}`);
  }
  folder = await mkdtemp(join(tmpdir(), "slipway-etcd-"));
  makePki(folder);
  const [port, peerPort] = await freePorts(2);
  endpoint = `https://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const flags = [
    `--data-dir=${join(folder, "data")}`,
    `--listen-client-urls=${endpoint}`,
    `--advertise-client-urls=${endpoint}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    `--cert-file=${join(folder, "etcd.crt")}`,
    `--key-file=${join(folder, "etcd.key")}`,
    `--trusted-ca-file=${join(folder, "etcd-ca.crt")}`,
    "--client-cert-auth",
  ];
  etcd = spawn("etcd", flags, { stdio: "ignore", timeout: 300_000, killSignal: "SIGKILL" });
  host = await localHost({ kind: "local", name: "cp1" }, { home: folder, env: {}, user: "root" });
  await until(async () => (await messages("slipway.local")).length === 0, { for: "etcd to answer", withinMs: 50_000 });
});

afterAll(async () => {
  etcd.kill("SIGKILL");
  await host.close();
  await rm(folder, { recursive: true });
});

/** What the checks of a control plane find; credentials are those that etcd's authority signed, unless told otherwise. */
async function messages(imageRepository: string, credentials: { caFile?: string; certFile?: string } = {}) {
  const file = (name: string): string => join(folder, name);
  const ours = { caFile: file("etcd-ca.crt"), certFile: file("etcd-client.crt"), keyFile: file("etcd-client.key") };
  const external = { endpoints: [endpoint], httpEndpoints: [endpoint], ...ours, ...credentials };
  const input = { cluster: { imageRepository, etcd: { external } } } as unknown as InitInput;
  const found: string[] = [];
  for (const check of externalEtcdChecks({ role: "control-plane", input }, []))
    for (const { message } of check.judge(await host.batch(check.probe()))) found.push(`${check.name}: ${message}`);
  return found;
}

test("an etcd with TLS is asked for its version with the credentials that the API server will use", async () => {
  expect(await messages("slipway.local")).toEqual([]);
});

test("one that is too old for upstream's API server is told by its version", async () => {
  expect(await messages("registry.k8s.io")).toEqual([
    expect.stringMatching(/^ExternalEtcdVersion: https:\S+ runs etcd 3\.\d+\.\d+; 3\.5\.24 or newer is needed$/),
  ]);
});

test("credentials that it does not take, and an authority that did not sign its certificate, fail by name", async () => {
  const stranger = await messages("slipway.local", { certFile: "", caFile: join(folder, "ca.crt") });
  expect(stranger).toEqual([expect.stringMatching(/^ExternalEtcdVersion: https:\S+ does not tell etcd's version: .+/)]);
  const absent = await messages("slipway.local", { certFile: join(folder, "absent.crt") });
  expect(absent[0]).toBe(
    `ExternalEtcdClientCertificates: ${join(folder, "absent.crt")}, named by etcd.external, does not exist`,
  );
});
