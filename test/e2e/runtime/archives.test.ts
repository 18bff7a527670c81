import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runtime } from "../../../src/phases/runtime.ts";
import { buildDistribution } from "../../../src/runtime/build-distribution.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import type { Archive, RuntimeInstall } from "../../../src/runtime/runtime-wish.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0 });
let folder = "";
let distribution: Distribution;
let install: RuntimeInstall;

/** Archives of the shape that the projects publish, from the programs that Debian put on this machine. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-archives-"));
  distribution = await buildDistribution({
    cache: join(folder, "cache"),
    version: "0.0.0",
    kubernetesVersion: "v1.36.2",
  });
  await mkdir(join(folder, "tree", "bin"), { recursive: true });
  const programs = ["containerd", "containerd-shim-runc-v2", "ctr"].map((name) => `/usr/bin/${name}`);
  await execa("cp", [...programs, join(folder, "tree", "bin")]);
  await execa("tar", ["-czf", join(folder, "containerd.tgz"), "-C", join(folder, "tree"), "bin"]);
  await execa("tar", ["-czf", join(folder, "plugins.tgz"), "-C", "/usr/lib/cni", "."]);
  install = {
    kind: "archives",
    containerd: await archive(join(folder, "containerd.tgz")),
    runc: await archive("/usr/sbin/runc"),
    cniPlugins: await archive(join(folder, "plugins.tgz")),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function archive(file: string): Promise<Archive> {
  return {
    file,
    sha256: createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
  };
}

it("installs containerd, runc and the plugins from release archives, and again nothing", async () => {
  const phases = [runtime];
  const run = await runRuntime(hosts.lab, distribution, { phases, runtime: { install } });
  expect(run.summary.errors).toEqual([]);
  expect(await hosts.run("cp1", ["/usr/local/bin/ctr", "version"])).toContain("Server:");
  expect(await hosts.run("cp1", ["sh", "-c", "ls /opt/cni/bin; /usr/local/sbin/runc --version"])).toMatch(
    /bridge(.|\n)*runc version/,
  );
  expect((await hosts.exec("cp1", ["dpkg-query", "--show", "containerd"])).exitCode).not.toBe(0);
  expect((await runRuntime(hosts.lab, distribution, { phases, runtime: { install } })).changes).toEqual([]);
});
