import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { bounded } from "../fixtures/bounded.ts";
import { useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

const out = mkdtempSync(join(tmpdir(), "slipway-package-test-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("the package, on hosts with nothing installed and no network", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1 });
  const kubectl = useKubectl(hosts);
  const everywhere = (script: string, input?: string) =>
    Promise.all(["cp1", "worker1"].map((host) => hosts.run(host, ["sh", "-c", script], input)));
  let archive = "";

  beforeAll(async () => {
    await execa(process.execPath, ["tools/package/package.ts", "--out", out], bounded);
    archive = join(out, readdirSync(out)[0]!);
    await everywhere("ip route del default; rm -r /var/lib/apt/lists/* /var/cache/apt/archives/*.deb");
  });

  it("is one file of less than 140 MB", () => {
    expect(archive).toMatch(/slipway-[\d.]+-linux-x64\.tar\.gz$/);
    expect(statSync(archive).size).toBeLessThan(140e6);
  });

  it("installs with its own script and brings its images along", async () => {
    expect((await hosts.exec("cp1", ["node", "--version"])).exitCode).not.toBe(0);
    const content = readFileSync(archive).toString("base64");
    await everywhere(
      "base64 -d | tar -xzf - -C /root && sh /root/slipway-*/install.sh && rm -r /root/slipway-*",
      content,
    );
    expect(await hosts.run("cp1", ["slipway", "version"])).toMatch(/^slipway [\d.]+$/m);
    expect(await hosts.run("cp1", ["slipway", "images", "list"])).toContain("slipway.local/etcd:");
  });

  it("makes a control plane by init, and a worker by the join command that init prints", async () => {
    const told = await hosts.run("cp1", ["slipway", "init"]);
    const command = /^ *(slipway join .*)$/m.exec(told)?.[1];
    expect(command).toMatch(/--token \S+ --discovery-token-ca-cert-hash sha256:/);
    await hosts.run("worker1", ["sh", "-c", command!]);
    await until(async () => (await kubectl(["get", "nodes"])).match(/ Ready /g)?.length === 2, {
      for: "both Nodes to be Ready",
      withinMs: 120_000,
      everyMs: 500,
    });
  });

  it("makes nothing but a new token when init is run again", async () => {
    const told = await hosts.run("cp1", ["slipway", "init"]);
    expect(told).toMatch(/created Secret\/kube-system\/bootstrap-token-/);
    expect(told).toMatch(/\b1 changed, \d+ unchanged/);
  });
});
