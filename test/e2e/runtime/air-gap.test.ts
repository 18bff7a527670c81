import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { slipwayVersion } from "../../../src/cli/slipway-version.ts";
import { images } from "../../../src/phases/images.ts";
import { packageArchive as packageArchivePhase } from "../../../src/phases/package-archive.ts";
import { preparePackages } from "../../../src/phases/prepare/packages.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import { buildDistribution } from "../../../src/runtime/build-distribution.ts";
import { bounded } from "../fixtures/bounded.ts";
import { slipwayDone, slipwayWith } from "../fixtures/cluster.ts";
import { testVersions } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";

const hosts = useLab({ controlPlanes: 1, workers: 0 });
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-air-"));
  await slipwayDone("images", "bundle", "--output", join(folder, "air.bundle"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("builds the images that it lists, into an archive too", async () => {
  const file = join(folder, "images.tar");
  const built = await slipwayDone("images", "build", "--format", "docker-archive", "--output", file);
  const references = built
    .trim()
    .split("\n")
    .map((line) => line.replace(/@sha256:[0-9a-f]{64}$/, ""));
  const { stdout } = await execa("tar", ["-xOf", file, "manifest.json"], bounded);
  expect((JSON.parse(stdout) as { RepoTags: string[] }[]).flatMap(({ RepoTags }) => RepoTags)).toEqual(references);
  const listed = await slipwayDone("images", "list");
  for (const reference of references) expect(listed).toContain(reference);
});

it("loads a bundle, and takes from it alone what is listed and brought", async () => {
  const offline = { XDG_CACHE_HOME: folder };
  await slipwayWith(offline, "images", "load", join(folder, "air.bundle"));
  const listed = await slipwayWith(offline, "images", "list");
  // nothing was built: neither packages nor layers are there
  const kept = await readdir(join(folder, "slipway"));
  expect(kept.filter((name) => name === "debian" || name === "oci")).toEqual([]);
  expect(listed).toBe(await slipwayDone("images", "list"));
});

it("brings a host without network to where it can run pods", async () => {
  const loaded = await buildDistribution({ ...testVersions, cache: join(folder, "slipway"), version: slipwayVersion });
  const cutOff = "ip route del default; rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb";
  await hosts.run("cp1", ["sh", "-c", cutOff]);
  const phases = [packageArchivePhase, { ...preparePackages, dependsOn: [] }, runtime, images];
  const run = await runRuntime(hosts.lab, loaded, { phases });
  expect(run.summary.errors).toEqual([]);
  expect(await hosts.run("cp1", ["ctr", "-n", "k8s.io", "images", "list", "-q"])).toContain("slipway.local/etcd:");
  expect(await hosts.run("cp1", ["conntrack", "--version"])).toContain("conntrack");
  expect((await runRuntime(hosts.lab, loaded, { phases })).changes).toEqual([]);
});
