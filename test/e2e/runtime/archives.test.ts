import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ArchiveSettings } from "../../../src/config/cluster/runtime-kind.ts";
import { buildDistribution } from "../../../src/runtime/build-distribution.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import { resolveRuntimeWish } from "../../../src/runtime/resolve-runtime-wish.ts";
import type { RuntimeWish } from "../../../src/runtime/runtime-wish.ts";
import { packagesOfSuite } from "../../debian-suite.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";
import { pageOfTwoContainers } from "./two-containers.ts";
import { withCri } from "./with-cri.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0 });
let folder = "";
let distribution: Distribution;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-archives-"));
  const versions = { version: "0.0.0", kubernetesVersion: "v1.36.2" };
  distribution = await buildDistribution({ cache: join(folder, "cache"), ...versions });
  await execa("tar", ["-czf", join(folder, "plugins.tgz"), "-C", "/usr/lib/cni", "."]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A wish for the containerd of a Debian release, in an archive of the shape that the project publishes. */
async function wishFor(suite: string): Promise<RuntimeWish> {
  const tree = join(folder, suite);
  await mkdir(tree);
  await execa("cp", ["-r", join(await packagesOfSuite(suite, ["containerd"]), "usr", "bin"), tree]);
  await execa("tar", ["-czf", `${tree}.tgz`, "-C", tree, "bin"]);
  const archives = {
    containerd: await archive(`${tree}.tgz`),
    runc: await archive("/usr/sbin/runc"),
    cniPlugins: await archive(join(folder, "plugins.tgz")),
  };
  const settings = { engine: "containerd", install: "archives", archives, registries: [] } as const;
  return resolveRuntimeWish(settings, { folder, cache: folder, around: { home: folder, env: {}, user: "root" } });
}

async function archive(source: string): Promise<ArchiveSettings> {
  const hash = createHash("sha256").update(await readFile(source));
  return { source, sha256: hash.digest("hex") };
}

it.each([
  { suite: "trixie", version: "1.7", format: 2 },
  { suite: "forky", version: "2.", format: 3 },
])(
  "installs containerd $version from release archives, in the place of what was there",
  async ({ suite, ...wanted }) => {
    const runtime = await wishFor(suite);
    const run = await runRuntime(hosts.lab, distribution, { runtime });
    expect(run.summary.errors).toEqual([]);
    await withCri(hosts.lab, "cp1", async (cri) => {
      expect((await cri.version({})).runtimeVersion).toMatch(new RegExp(`^v?${wanted.version.replace(".", "\\.")}`));
      expect(await pageOfTwoContainers(cri)).toContain("hostname=");
    });
    const settings = await hosts.run("cp1", ["cat", "/etc/containerd/config.toml"]);
    expect(settings).toContain(`version = ${wanted.format}`);
    const dump = await hosts.run("cp1", ["/usr/local/bin/containerd", "config", "dump"]);
    expect(dump).toMatch(/sandbox(_image)? = ['"]slipway.local\/pause:3.10.2['"]/);
    expect(await hosts.run("cp1", ["sh", "-c", "ls /opt/cni/bin; /usr/local/sbin/runc --version"])).toMatch(
      /bridge(.|\n)*runc version/,
    );
    expect((await hosts.exec("cp1", ["dpkg-query", "--show", "containerd"])).exitCode).not.toBe(0);
    // an import that finds all layers but one in the store
    const etcd = distribution.images.images.find(({ reference }) => reference.includes("/etcd:"))?.reference ?? "";
    await hosts.run("cp1", ["/usr/local/bin/ctr", "--namespace", "k8s.io", "images", "remove", "--sync", etcd]);
    const mended = await runRuntime(hosts.lab, distribution, { runtime });
    expect(mended.summary.errors).toEqual([]);
    expect(mended.changes).toEqual(["cp1: update images:built-here"]);
    expect((await runRuntime(hosts.lab, distribution, { runtime })).changes).toEqual([]);
  },
);
