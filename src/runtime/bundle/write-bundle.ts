import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { codecs } from "../oci/compression.ts";
import { type BundleManifest, bundleSchema } from "./manifest.ts";

export type BundleFacts = Pick<BundleManifest, "slipwayVersion" | "kubernetesVersion" | "packagesFor">;

/** Writes a folder as one file: a tar with `bundle.json` in front, packed with zstd; appears under its name when whole. */
export async function writeBundle(directory: string, facts: BundleFacts, file: string): Promise<BundleManifest> {
  const manifest = { schema: bundleSchema, ...facts, files: await listed(directory) } as const;
  const tar = pack();
  const incoming = `${file}.${process.pid}`;
  const written = pipeline(tar, codecs.zstd.compress(), createWriteStream(incoming));
  tar.entry({ name: "bundle.json", mode: 0o644, mtime: new Date(0) }, JSON.stringify(manifest));
  for (const { path, size } of manifest.files) {
    const entry = tar.entry({ name: path, size, mode: 0o644, mtime: new Date(0) });
    await pipeline(createReadStream(join(directory, path)), entry);
  }
  tar.finalize();
  await written;
  await rename(incoming, file);
  return manifest;
}

async function listed(directory: string): Promise<BundleManifest["files"]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(directory, path),
      size: (await stat(path)).size,
      sha256: await sha256OfFile(path),
    })),
  );
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
