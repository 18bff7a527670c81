import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheFolder } from "../../../src/cli/session/folders.ts";
import { buildImages, type ImageSet } from "../../../src/runtime/images/build.ts";
import { type ArchiveFormat, writeArchive } from "../../../src/runtime/oci/archive.ts";
import { writeLayout } from "../../../src/runtime/oci/layout.ts";
import { buildWithinMs } from "./limits.ts";

/** What may hang is killed before its test's time is over. */
const run = (program: string, ...args: string[]) => execa(program, args, { timeout: 100_000 });

let folder = "";
let gzip: ImageSet;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-images-"));
  gzip = await buildImages({ cache: join(folder, "cache"), kubernetesVersion: "v1.36.2", compression: "gzip" });
  await writeLayout(join(folder, "layout"), gzip.images, gzip.store);
}, buildWithinMs);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("images of the embedded distribution", () => {
  it(
    "have equal digests when they are built again from nothing",
    async () => {
      const again = await buildImages({
        cache: join(folder, "again"),
        kubernetesVersion: "v1.36.2",
        compression: "gzip",
      });
      expect(again.images.map(({ manifest }) => manifest.digest)).toEqual(
        gzip.images.map(({ manifest }) => manifest.digest),
      );
    },
    buildWithinMs,
  );

  it("share the layer with Node", () => {
    const withNode = gzip.images.filter(({ layers }) => layers.some(({ blob }) => blob.size > 20e6));
    expect(withNode.length).toBeGreaterThan(1);
    expect(new Set(withNode.map(({ layers }) => layers[1]?.blob.digest)).size).toBe(1);
  });

  it("are accepted by skopeo and umoci, layer by layer", async () => {
    for (const { reference } of gzip.images) {
      const { stdout } = await run("skopeo", "inspect", `oci:${folder}/layout:${reference}`);
      expect(JSON.parse(stdout)).toMatchObject({ Architecture: "amd64", Os: "linux" });
    }
    const etcd = gzip.images.find(({ reference }) => reference.includes("/etcd:"))?.reference;
    await run("umoci", "unpack", "--image", `${folder}/layout:${etcd}`, join(folder, "etcd"));
    const { stdout } = await run("chroot", join(folder, "etcd", "rootfs"), "/usr/local/bin/etcd", "--version");
    expect(stdout).toMatch(/etcd Version: 3\./);
  });

  it(
    "are accepted by skopeo as hosts get them too, packed by zstd",
    async () => {
      const cache = cacheFolder(process.env, homedir());
      const { images, store } = await buildImages({ cache, kubernetesVersion: "v1.36.2", compression: "zstd" });
      await writeLayout(join(folder, "zstd"), images, store);
      for (const { reference, layers } of images) {
        const { stdout } = await run("skopeo", "inspect", `oci:${folder}/zstd:${reference}`);
        expect(JSON.parse(stdout).Layers).toEqual(layers.map(({ blob }) => blob.digest));
      }
    },
    buildWithinMs,
  );

  it.each<ArchiveFormat>(["oci-archive", "docker-archive"])("travel as %s, with every layer intact", async (format) => {
    const file = join(folder, `${format}.tar`);
    await writeArchive(file, { ...gzip, format });
    const { reference } = gzip.images.find((image) => image.reference.includes("kube-proxy")) ?? { reference: "" };
    const copied = join(folder, `copied-${format}`);
    await run("skopeo", "copy", "--quiet", `${format}:${file}:${reference}`, `dir:${copied}`);
    const manifest = JSON.parse(await readFile(join(copied, "manifest.json"), "utf8")) as { layers: unknown[] };
    expect(manifest.layers).toHaveLength(4);
  });

  it("run their programs on their own libraries alone", async () => {
    const proxy = gzip.images.find(({ reference }) => reference.includes("kube-proxy"))?.reference;
    const root = join(folder, "proxy");
    await run("umoci", "unpack", "--image", `${folder}/layout:${proxy}`, root);
    const inside = (...argv: string[]) => run("chroot", join(root, "rootfs"), ...argv);
    expect((await inside("/usr/local/bin/node", "-p", "process.version")).stdout).toMatch(/^v24\./);
    expect((await inside("/usr/sbin/nft", "--version")).stdout).toMatch(/^nftables/);
    expect((await inside("/usr/sbin/conntrack", "--version")).stdout).toMatch(/^conntrack/);
    expect((await inside("/sbin/ip", "-V")).stdout).toMatch(/iproute2/);
    expect((await inside("/sbin/bridge", "-V")).stdout).toMatch(/bridge/);
  });
});
