import { randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { OncePerKey } from "../../hosts/once-per-key.ts";
import { sha256OfFile } from "../sha256-of-file.ts";
import { type Descriptor, type Digest, digestOf, hexOf } from "./descriptor.ts";

/** Blobs as files named by their digest, laid out as an OCI layout's `blobs` folder. */
export type BlobStore = {
  readonly directory: string;
  path(digest: Digest): string;
  has(digest: Digest): Promise<boolean>;
  read(digest: Digest): Promise<Buffer>;
  /** Holds a blob against its digest, once for all who ask. Rejects with BLOB_DAMAGED. */
  check(digest: Digest): Promise<void>;
  /** Stores small content whole. */
  put(content: Uint8Array, mediaType: string): Promise<Descriptor>;
  /** Moves a file that is written already to where its digest says. */
  adopt(file: string, digest: Digest): Promise<void>;
  /** A path in the store's folder for a file on its way in. */
  incoming(): string;
};

export async function blobStore(directory: string): Promise<BlobStore> {
  const folder = join(directory, "blobs", "sha256");
  await mkdir(folder, { recursive: true });
  const path = (digest: Digest) => join(folder, hexOf(digest));
  const incoming = () => join(folder, `.incoming-${randomUUID()}`);
  const checked = new OncePerKey<void>();
  const has = (digest: Digest) =>
    access(path(digest)).then(
      () => true,
      () => false,
    );
  return {
    directory,
    path,
    has,
    incoming,
    read: (digest) => readFile(path(digest)),
    check: (digest) => checked.get(digest, () => requireSound(path(digest), digest)),
    adopt: (file, digest) => rename(file, path(digest)),
    async put(content, mediaType) {
      const digest = digestOf(content);
      if (!(await has(digest))) await moveIn(content, incoming(), path(digest));
      return { mediaType, digest, size: content.length };
    },
  };
}

async function requireSound(file: string, digest: Digest): Promise<void> {
  const found = await sha256OfFile(file).catch(messageOf);
  if (found === hexOf(digest)) return;
  throw new SlipwayError({
    code: "BLOB_DAMAGED",
    exit: "failure",
    message: "a part of an image is damaged on this machine, so it is not sent",
    tried: `sha256 of ${file}`,
    got: found,
    remedy: "remove that file and run the same command again; `slipway images load` where it came in a bundle",
  });
}

/** Written aside first, so that a reader never sees half a blob. */
async function moveIn(content: Uint8Array, aside: string, path: string): Promise<void> {
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}
