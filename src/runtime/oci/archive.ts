import { createReadStream, createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { BlobStore } from "./blob-store.ts";
import { decompressorOf } from "./compression.ts";
import { hexOf } from "./descriptor.ts";
import { distinctBlobs, type Image } from "./image.ts";
import { blobPath, layoutIndex, layoutMarker } from "./layout.ts";

export const archiveFormats = ["oci-archive", "docker-archive"] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

type Member = { readonly name: string; readonly size: number; readonly open: () => Readable | string };

/** Writes the images as one tar file: an OCI layout, or what `docker save` writes. */
export async function writeArchive(
  file: string,
  { images, store, format }: { images: readonly Image[]; store: BlobStore; format: ArchiveFormat },
): Promise<void> {
  const members = format === "oci-archive" ? ociMembers(images, store) : dockerMembers(images, store);
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file));
  for (const member of members) await addMember(tar, member);
  tar.finalize();
  await written;
}

function ociMembers(images: readonly Image[], store: BlobStore): readonly Member[] {
  const blobs = distinctBlobs(images).map(({ digest, size }) => ({
    name: blobPath(digest),
    size,
    open: () => createReadStream(store.path(digest)),
  }));
  return [text("oci-layout", layoutMarker), text("index.json", layoutIndex(images)), ...blobs];
}

/** Layers stand uncompressed and once, named by their DiffID, as the docker-archive format wants them. */
function dockerMembers(images: readonly Image[], store: BlobStore): readonly Member[] {
  const layers = new Map(images.flatMap((image) => image.layers).map((layer) => [layer.diffId, layer]));
  const manifest = images.map(({ reference, config, layers: own }) => ({
    Config: `${hexOf(config.digest)}.json`,
    RepoTags: [reference],
    Layers: own.map(({ diffId }) => `${hexOf(diffId)}.tar`),
  }));
  return [
    text("manifest.json", JSON.stringify(manifest)),
    ...images.map(({ config }) => ({
      name: `${hexOf(config.digest)}.json`,
      size: config.size,
      open: () => createReadStream(store.path(config.digest)),
    })),
    ...[...layers.values()].map(({ blob, diffId, tarBytes }) => ({
      name: `${hexOf(diffId)}.tar`,
      size: tarBytes,
      open: () => createReadStream(store.path(blob.digest)).pipe(decompressorOf(blob.mediaType)),
    })),
  ];
}

function text(name: string, content: string): Member {
  return { name, size: Buffer.byteLength(content), open: () => content };
}

async function addMember(tar: ReturnType<typeof pack>, { name, size, open }: Member): Promise<void> {
  const header = { name, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) };
  const content = open();
  if (typeof content === "string") tar.entry(header, content);
  else await pipeline(content, tar.entry(header));
}
