import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { messageOf } from "../../base/errors.ts";
import { codecs } from "../oci/compression.ts";
import { type BundleManifest, broken, parseManifest } from "./manifest.ts";

/**
 * Unpacks a bundle to a folder, replacing what was there; every file is compared with the manifest's hash, and nothing
 * appears under the folder's name unless all of them hold. Rejects with BUNDLE_BROKEN.
 */
export async function readBundle(file: string, directory: string): Promise<BundleManifest> {
  const aside = `${directory}.${process.pid}`;
  try {
    const manifest = await unpack(file, aside);
    await rm(directory, { recursive: true, force: true });
    await rename(aside, directory);
    return manifest;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function unpack(file: string, directory: string): Promise<BundleManifest> {
  const members = extract();
  // a broken stream destroys `members`, whose loop below then rejects
  const fed = pipeline(createReadStream(file), codecs.zstd.decompress(), members).catch((thrown: unknown) => thrown);
  let manifest: BundleManifest | undefined;
  const missing = new Map<string, string>();
  try {
    for await (const entry of members) {
      if (!manifest) {
        manifest = parseManifest(await text(entry), file);
        for (const { path, sha256 } of manifest.files) missing.set(path, sha256);
      } else {
        const { name } = entry.header;
        const found = await store(Readable.from(entry), join(directory, name), missing.has(name));
        if (missing.get(name) !== found) throw broken(file, `${name} is not what the manifest says`);
        missing.delete(name);
      }
    }
  } catch (thrown) {
    throw thrown instanceof Error && thrown.name === "SlipwayError" ? thrown : broken(file, messageOf(thrown));
  }
  const failure = await fed;
  if (failure) throw broken(file, messageOf(failure));
  if (!manifest || missing.size > 0) throw broken(file, `it ends early: ${missing.size} files are missing`);
  return manifest;
}

/** Writes a member and gives its sha256; one that the manifest does not know is not written. */
async function store(entry: Readable, path: string, isKnown: boolean): Promise<string | undefined> {
  if (!isKnown) {
    entry.resume();
    return "unknown";
  }
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await mkdir(dirname(path), { recursive: true });
  await pipeline(entry, hashing, createWriteStream(path));
  return hash.digest("hex");
}
