import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterStatus } from "../../../src/apply/status/cluster-status.ts";
import { until } from "../../../src/base/until.ts";
import { labPowerOff } from "../../../src/lab/power.ts";
import { slipway, slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

const run = promisify(execFile);

const withSecrets = `
apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { password: correct-horse-battery }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec:
  containers:
  - name: client
    image: "slipway.local/busybox:1.35.0"
    args: [sleep, "3600"]
    env: [{ name: DB_PASSWORD, value: staple-of-the-cluster }]
`;

describe("slipway support and status", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-support-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The archive's text, and the paths of its files without their common folder. */
  async function archive(name: string): Promise<{ text: string; paths: readonly string[]; told: string }> {
    const path = join(folder, name);
    const { exitCode, stderr } = await slipway("support", "-f", hosts.lab.clusterFile, "-o", path);
    expect(exitCode, stderr).toBe(0);
    const [list, text] = await Promise.all([
      run("tar", ["-tzf", path]),
      run("tar", ["-xzOf", path], { maxBuffer: 64 << 20 }),
    ]);
    const paths = list.stdout.split("\n").map((one) => one.split("/").slice(1).join("/"));
    return { text: text.stdout, paths, told: stderr };
  }

  /** Every line of every private key, and what tokens and Secrets hold. */
  async function secretsOfCluster(): Promise<readonly string[]> {
    const script =
      "cat /etc/kubernetes/pki/*.key /etc/kubernetes/pki/etcd/*.key /var/lib/kubelet/pki/*.pem /var/lib/kubelet/pki/*.key;" +
      "sed -n 's/.*client-key-data: //p' /etc/kubernetes/*.conf";
    const onHosts = await Promise.all(hosts.lab.hosts.map(({ name }) => hosts.exec(name, ["sh", "-c", script])));
    const keys = onHosts.flatMap(({ stdout }) => keyLines(stdout));
    const held = await kubectl(["get", "secrets", "-A", "-o", "jsonpath={.items[*].data.token-secret}"]);
    const tokens = held.split(" ").filter(Boolean);
    return [...keys, ...tokens, ...tokens.map((token) => Buffer.from(token, "base64").toString("utf8"))];
  }

  /** What `status` tells, as the host sees it and for programs. */
  async function status(...flags: string[]): Promise<{ exitCode: number; told: ClusterStatus }> {
    const { exitCode, stdout } = await slipway("status", "-f", hosts.lab.clusterFile, "-o", "json", ...flags);
    return { exitCode, told: JSON.parse(stdout) as ClusterStatus };
  }

  it("tells of each host what drifted, and of the API what runs", async () => {
    await slipwayDone("apply", "-f", hosts.lab.clusterFile);
    const mirror = () => kubectl(["-n", "kube-system", "get", "pod", "kube-apiserver-cp1"]);
    await until(mirror, { for: "the kubelet to show the API server's pod", withinMs: 120_000 });
    await hosts.run("worker1", ["sh", "-c", "echo 'maxPods: 7' >> /var/lib/kubelet/config.yaml"]);
    const { hosts: found, api } = (await status()).told;
    const drift = found.map(({ name, drift }) => [name, drift]);
    expect(Object.fromEntries(drift)).toMatchObject({
      cp1: [],
      worker1: expect.arrayContaining(["file:/var/lib/kubelet/config.yaml"]),
    });
    if (api.kind === "down") throw new Error(api.error);
    expect(api.nodes.map(({ name, isReady }) => [name, isReady])).toEqual([
      ["cp1", true],
      ["worker1", true],
    ]);
    expect(api.components.map(({ name }) => name)).toContain("kube-apiserver-cp1");
  });

  it("collects hosts and API into one archive, and no secret", async () => {
    await kubectl(["apply", "-f", "-"], withSecrets);
    const admin = join(folder, "admin.conf");
    await writeFile(admin, await hosts.run("cp1", ["cat", "/etc/kubernetes/admin.conf"]), { mode: 0o600 });
    await slipwayDone("token", "create", "--kubeconfig", admin);
    const { text, paths } = await archive("up.tar.gz");
    for (const expected of [
      "hosts/cp1/journal/kubelet.log",
      "hosts/worker1/journal/containerd.log",
      "hosts/cp1/etc/kubernetes/manifests/kube-apiserver.yaml",
      "hosts/worker1/var/lib/slipway/journal.json",
      "hosts/worker1/nftables.txt",
      "api/nodes.yaml",
      "api/events.yaml",
    ]) {
      expect(paths).toContain(expected);
    }
    expect(paths.filter((path) => /var\/log\/pods\/kube-system_etcd.*\/0\.log$/.test(path))).toHaveLength(1);
    const secrets = await secretsOfCluster();
    expect(secrets.length).toBeGreaterThan(50);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).toContain("DB_PASSWORD");
    expect(text).not.toMatch(/correct-horse-battery|staple-of-the-cluster/);
  });

  it("collects what is left when the API is down and a host is off", async () => {
    // the kubelet first: it would end the API server in order, and remove its logs
    await hosts.run("cp1", ["systemctl", "stop", "kubelet", "containerd"]);
    await hosts.run("cp1", ["mv", "/etc/kubernetes/manifests/kube-apiserver.yaml", "/root/"]);
    await hosts.run("cp1", [
      "sh",
      "-c",
      "ss -Hlntp sport = :6443 | grep -o 'pid=[0-9]*' | cut -d= -f2 | xargs -r kill -9",
    ]);
    await labPowerOff({ name: hosts.lab.name, hosts: ["worker1"] });
    const { paths, text, told } = await archive("down.tar.gz");
    expect(paths).toEqual(expect.arrayContaining(["api/DOWN.txt", "hosts/worker1/UNREACHABLE.txt"]));
    expect(paths).toContain("hosts/cp1/journal/kubelet.log");
    expect(paths.filter((path) => path.includes("kube-system_kube-apiserver"))).not.toEqual([]);
    expect(text).toContain("api: down");
    expect(told).toContain("worker1: does not answer");
    const begun = performance.now();
    const { exitCode, told: now } = await status();
    // each of its waits has an end, the longest after 30 s
    expect(performance.now() - begun).toBeLessThan(90_000);
    expect(exitCode).toBe(11);
    expect(now.api.kind).toBe("down");
    expect(now.hosts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "worker1", kind: "unreachable" }),
        expect.objectContaining({
          ...{ name: "cp1", kind: "reached", kubelet: "inactive" },
          drift: expect.arrayContaining(["service:containerd", "file:/etc/kubernetes/manifests/kube-apiserver.yaml"]),
        }),
      ]),
    );
  });
});

/** The lines of a PEM's or kubeconfig's base64 that belong to private keys. */
function keyLines(text: string): readonly string[] {
  const pems = text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END/g) ?? [];
  const inline = text.split("\n").filter((line) => line.length > 200);
  return [...pems.flatMap((pem) => pem.split("\n").filter((line) => /^[\w+/]{40,}/.test(line))), ...inline];
}
