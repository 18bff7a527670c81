import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { images } from "../../../src/phases/images.ts";
import { packageArchive as packageArchivePhase } from "../../../src/phases/package-archive.ts";
import { nodePackages, preparePackages } from "../../../src/phases/prepare/packages.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import { buildDistribution } from "../../../src/runtime/build-distribution.ts";
import { loadedDirectory } from "../../../src/runtime/bundle/loaded.ts";
import { readBundle } from "../../../src/runtime/bundle/read-bundle.ts";
import { writeBundle } from "../../../src/runtime/bundle/write-bundle.ts";
import { packageArchive } from "../../../src/runtime/debian/package-archive.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import { runtimePackages } from "../../../src/runtime/found-runtime.ts";
import { packDistribution } from "../../../src/runtime/packaged/pack.ts";
import { testDistribution, testVersions } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0 });
let folder = "";
let loaded: Distribution;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-air-"));
  const built = await testDistribution();
  await mkdir(join(folder, "packages"));
  const packages = await packageArchive([...nodePackages, ...runtimePackages], join(folder, "packages"));
  await packDistribution({ ...built, packages }, testVersions.kubernetesVersion, join(folder, "bundled"));
  const facts = {
    slipwayVersion: testVersions.version,
    kubernetesVersion: testVersions.kubernetesVersion,
    packagesFor: packages.release,
  };
  await writeBundle(join(folder, "bundled"), facts, join(folder, "air.bundle"));
  const offline = join(folder, "offline");
  await mkdir(offline);
  await readBundle(join(folder, "air.bundle"), loadedDirectory(offline));
  loaded = await buildDistribution({ cache: offline, ...testVersions });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("brings a host without network to where it can run pods, from a bundle alone", async () => {
  await hosts.run("cp1", [
    "sh",
    "-c",
    "ip route del default; rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb",
  ]);
  const phases = [packageArchivePhase, { ...preparePackages, dependsOn: [] }, runtime, images];
  const run = await runRuntime(hosts.lab, loaded, { phases });
  expect(run.summary.errors).toEqual([]);
  expect(await hosts.run("cp1", ["ctr", "-n", "k8s.io", "images", "list", "-q"])).toContain("slipway.local/etcd:");
  expect(await hosts.run("cp1", ["conntrack", "--version"])).toContain("conntrack");
  expect((await runRuntime(hosts.lab, loaded, { phases })).changes).toEqual([]);
});
