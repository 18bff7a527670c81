import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BlobStore } from "./blob-store.ts";
import { type Digest, hexOf, mediaTypes } from "./descriptor.ts";
import { distinctBlobs, type Image } from "./image.ts";

/** The text of `oci-layout` (image-spec, image-layout.md). */
export const layoutMarker = JSON.stringify({ imageLayoutVersion: "1.0.0" });

/** `index.json` naming images: skopeo and umoci read the OCI annotation, containerd its own first. */
export function layoutIndex(images: readonly Image[]): string {
  const manifests = images.map(({ reference, manifest }) => ({
    ...manifest,
    annotations: { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference },
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
}

/** Where a blob lies in a layout, relative to it. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** Writes an OCI layout directory with the images; blobs are linked where the file system allows it. */
export async function writeLayout(directory: string, images: readonly Image[], store: BlobStore): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const { digest } of distinctBlobs(images)) {
    await place(store.path(digest), join(directory, blobPath(digest)));
  }
  await writeFile(join(directory, "oci-layout"), layoutMarker);
  await writeFile(join(directory, "index.json"), layoutIndex(images));
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return;
    await copyFile(from, to);
  }
}
