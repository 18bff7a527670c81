import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useLab } from "../fixtures/lab.ts";

const out = mkdtempSync(join(tmpdir(), "slipway-package-test-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("the package, on a host without Node", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 0 });
  let archive = "";

  beforeAll(() => {
    execFileSync(process.execPath, ["tools/package/package.ts", "--out", out], { stdio: "ignore" });
    archive = join(out, readdirSync(out)[0]!);
  });

  it("is one file of less than 140 MB", () => {
    expect(archive).toMatch(/slipway-[\d.]+-linux-x64\.tar\.gz$/);
    expect(statSync(archive).size).toBeLessThan(140e6);
  });

  it("installs with its own script and brings its images along", async () => {
    expect((await hosts.exec("cp1", ["node", "--version"])).exitCode).not.toBe(0);
    await hosts.run("cp1", ["sh", "-c", "base64 -d | tar -xzf - -C /root"], readFileSync(archive).toString("base64"));
    await hosts.run("cp1", ["sh", "-c", "sh /root/slipway-*/install.sh && rm -r /root/slipway-*"]);
    expect(await hosts.run("cp1", ["slipway", "version"])).toMatch(/^slipway [\d.]+$/m);
    expect(await hosts.run("cp1", ["slipway", "images", "list"])).toContain("slipway.local/etcd:");
  });

  it("plans a control plane from what it brought, without sources or a registry", async () => {
    const plan = await hosts.run("cp1", ["slipway", "init", "--dry-run"]);
    expect(plan).toContain("/etc/kubernetes/manifests/etcd.yaml");
    expect(plan).toMatch(/nothing was written/);
    expect((await hosts.exec("cp1", ["ls", "/etc/kubernetes"])).exitCode).not.toBe(0);
  });
});
