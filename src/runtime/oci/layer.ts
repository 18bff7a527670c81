import { createHash, type Hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BlobStore } from "./blob-store.ts";
import { type Compression, codecs } from "./compression.ts";
import type { Descriptor, Digest } from "./descriptor.ts";
import { tarOf } from "./tar.ts";
import { ordered, type TarEntry } from "./tar-entry.ts";

/** A layer in a store: its compressed blob, and the digest and size of the tar inside (image-spec, config.md, DiffID). */
export type Layer = { readonly blob: Descriptor; readonly diffId: Digest; readonly tarBytes: number };

/** Packs entries into a layer: sorted, owned by root, dated 1970, so that the same entries give the same digest. */
export async function packLayer(
  entries: readonly TarEntry[],
  { store, compression }: { store: BlobStore; compression: Compression },
): Promise<Layer> {
  const { mediaType, compress } = codecs[compression];
  const [tar, blob] = [meter(), meter()];
  const incoming = store.incoming();
  try {
    await pipeline(tarOf(ordered(entries)), tar.stream, compress(), blob.stream, createWriteStream(incoming));
    const digest = blob.digest();
    await store.adopt(incoming, digest);
    return { blob: { mediaType, digest, size: blob.bytes() }, diffId: tar.digest(), tarBytes: tar.bytes() };
  } finally {
    await rm(incoming, { force: true });
  }
}

/** Passes bytes on while it counts and digests them. */
function meter() {
  const hash: Hash = createHash("sha256");
  let total = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      total += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, bytes: () => total, digest: (): Digest => `sha256:${hash.digest("hex")}` };
}
