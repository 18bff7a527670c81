import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type BlobStore, blobStore } from "../../../src/runtime/oci/blob-store.ts";
import { compressions } from "../../../src/runtime/oci/compression.ts";
import { digestOf } from "../../../src/runtime/oci/descriptor.ts";
import { assembleImage, distinctBlobs } from "../../../src/runtime/oci/image.ts";
import { packLayer } from "../../../src/runtime/oci/layer.ts";
import { textFile } from "../../../src/runtime/oci/tar-entry.ts";

let folder = "";
let store: BlobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-oci-"));
  store = await blobStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entries = [textFile("etc/hostname", "x\n"), textFile("bin/run", "#!/bin/sh\n", 0o755)];

it.each(compressions)("packs the same entries to the same digests with %s", async (compression) => {
  const first = await packLayer(entries, { store, compression });
  const second = await packLayer([...entries].reverse(), { store, compression });
  expect(second).toEqual(first);
  expect(digestOf(await store.read(first.blob.digest))).toBe(first.blob.digest);
});

it("names the tar inside alike however it is compressed", async () => {
  const layers = await Promise.all(compressions.map((compression) => packLayer(entries, { store, compression })));
  expect(new Set(layers.map(({ diffId }) => diffId)).size).toBe(1);
  expect(new Set(layers.map(({ blob }) => blob.digest)).size).toBe(2);
});

it("counts a layer that images share once", async () => {
  const layer = await packLayer(entries, { store, compression: "gzip" });
  const images = await Promise.all(
    ["a:1", "b:1"].map((reference) =>
      assembleImage(store, {
        reference,
        layers: [layer],
        run: { entrypoint: [`/${reference}`] },
        architecture: "amd64",
      }),
    ),
  );
  expect(distinctBlobs(images)).toHaveLength(5);
  expect(images[0]?.manifest.digest).not.toBe(images[1]?.manifest.digest);
});
