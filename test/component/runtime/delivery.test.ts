import { randomBytes } from "node:crypto";
import { copyFile, link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ctrAt } from "../../../src/runtime/delivery/ctr.ts";
import { arrivalDirectory, importCommand, importInput } from "../../../src/runtime/delivery/import.ts";
import { type BlobStore, blobStore } from "../../../src/runtime/oci/blob-store.ts";
import { type Digest, hexOf } from "../../../src/runtime/oci/descriptor.ts";
import { assembleImage, type Image } from "../../../src/runtime/oci/image.ts";
import { packLayer } from "../../../src/runtime/oci/layer.ts";
import { type TarEntry, textFile } from "../../../src/runtime/oci/tar-entry.ts";
import { startWithinMs } from "./limits.ts";
import { containerdSeries, type PrivateContainerd, startContainerd } from "./private-containerd.ts";

let folder = "";
let store: BlobStore;
let containerd: PrivateContainerd;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-delivery-"));
  store = await blobStore(join(folder, "store"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An image of a layer that is large enough to be linked and one that is not; no two are alike. */
async function imageOf(name: string): Promise<Image> {
  const large: TarEntry = { kind: "file", path: "large", mode: 0o644, content: randomBytes(5 << 20) };
  const files = [large, textFile("small", randomBytes(8).toString("hex"))];
  const layers = await Promise.all(files.map((file) => packLayer([file], { store, compression: "zstd" })));
  return assembleImage(store, { reference: `slipway.local/${name}:1`, layers, run: {}, architecture: "amd64" });
}

const blobIn = (root: string, image: Image) =>
  join(root, "io.containerd.content.v1.content/blobs/sha256", hexOf(image.layers[0]!.blob.digest));

describe.each(containerdSeries)("containerd %s", (series) => {
  let root = "";
  beforeAll(async () => {
    containerd = await startContainerd({ series });
    root = join(containerd.folder, "root");
  }, startWithinMs);
  afterAll(() => containerd?.stop());

  /** Has it take an image that arrived, with the programs of `path` before its own. */
  async function take(image: Image, path: readonly string[] = [], corrupt: readonly Digest[] = []) {
    const arrived = join(arrivalDirectory(root), "blobs", "sha256");
    await mkdir(arrived, { recursive: true });
    const layers = image.layers.map(({ blob }) => blob);
    for (const { digest } of layers) {
      const [from, to] = [store.path(digest), join(arrived, hexOf(digest))];
      // a copy where it is on another file system
      await link(from, to).catch(() => copyFile(from, to));
    }
    const [program = "", ...args] = importCommand({ root, layers, corrupt }, notes());
    const env = { ...ctrAt(containerd.socket), PATH: [...path, containerd.programs, process.env.PATH].join(":") };
    await execa(program, args, { env, input: importInput([image]), timeout: 60_000 });
  }

  /** Names of blobs that were noted as sound without being read here. */
  const notes = () => join(containerd.folder, "sound-blobs");
  const noted = async () =>
    (await readFile(notes(), "utf8").catch(() => "")).split("\n").map((line) => line.split(" ")[0]);

  async function expectComplete(image: Image) {
    const checked = await containerd.ctr("images", "check", `name==${image.reference}`);
    expect(checked).toMatch(new RegExp(`${image.reference} .* complete \\(3/3\\) .* true`));
    await expect(stat(arrivalDirectory(root))).rejects.toMatchObject({ code: "ENOENT" });
  }

  it("takes a large layer as a link to the file that arrived", async () => {
    const image = await imageOf("linked");
    await take(image);
    await expectComplete(image);
    // the store's of this test is a link to the same file again
    const [kept, sent] = await Promise.all([stat(blobIn(root, image)), stat(store.path(image.layers[0]!.blob.digest))]);
    expect(kept.ino).toBe(sent.ino);
    expect(await noted()).toContain(hexOf(image.layers[0]!.blob.digest));
  });

  it("takes a copy where the file that arrived is on another file system", async () => {
    const image = await imageOf("elsewhere");
    const elsewhere = await mkdtemp("/dev/shm/slipway-delivery-");
    try {
      await symlink(elsewhere, arrivalDirectory(root));
      await take(image);
      await expectComplete(image);
      expect(await noted()).not.toContain(hexOf(image.layers[0]!.blob.digest));
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it("sends everything through ctr where containerd can't be told of a file", async () => {
    const image = await imageOf("whole");
    const shims = join(folder, `shims-${series}`);
    await mkdir(shims);
    const shim = `#!/bin/sh\ncase "$*" in *ingest*) exit 1 ;; esac\nexec ${containerd.programs}/ctr "$@"\n`;
    await writeFile(join(shims, "ctr"), shim, { mode: 0o755 });
    await take(image, [shims]);
    await expectComplete(image);
  });

  it("replaces a layer that was damaged in its store", async () => {
    const image = await imageOf("damaged");
    await take(image);
    const path = blobIn(root, image);
    await rm(path);
    await writeFile(path, "damaged");
    await take(image, [], [image.layers[0]!.blob.digest]);
    await expectComplete(image);
    expect((await stat(path)).size).toBe(image.layers[0]!.blob.size);
  });

  it("refuses to replace it with one that arrived damaged", async () => {
    const image = await imageOf("twice");
    await take(image);
    const { digest } = image.layers[0]!.blob;
    await rm(store.path(digest));
    await writeFile(store.path(digest), "damaged");
    await expect(take(image, [], [digest])).rejects.toThrow(/arrived damaged/);
    expect((await stat(blobIn(root, image))).size).toBe(image.layers[0]!.blob.size);
  });
});
