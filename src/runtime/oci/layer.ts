import { createHash, type Hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { BlobStore } from "./blob-store.ts";
import { type Compression, codecs } from "./compression.ts";
import type { Descriptor, Digest } from "./descriptor.ts";
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

function tarOf(entries: readonly TarEntry[]) {
  const stream = pack();
  for (const entry of entries) addTo(stream, entry);
  stream.finalize();
  return stream;
}

function addTo(stream: ReturnType<typeof pack>, entry: TarEntry): void {
  const common = { uid: 0, gid: 0, uname: "root", gname: "root", mtime: new Date(0) };
  switch (entry.kind) {
    case "file":
      stream.entry({ ...common, name: entry.path, mode: entry.mode }, Buffer.from(entry.content));
      return;
    case "directory":
      stream.entry({ ...common, name: `${entry.path}/`, mode: entry.mode, type: "directory" });
      return;
    case "symlink":
      stream.entry({ ...common, name: entry.path, mode: 0o777, type: "symlink", linkname: entry.target });
      return;
    default:
      entry satisfies never;
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
