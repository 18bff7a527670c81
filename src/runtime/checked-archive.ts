import { createWriteStream } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, SlipwayError } from "../base/errors.ts";
import type { Archive } from "./runtime-wish.ts";
import { sha256OfFile } from "./sha256-of-file.ts";

export type ArchiveSource = {
  /** A path, or an http(s) URL. */
  readonly source: string;
  readonly sha256: string;
  /** What paths are relative to. */
  readonly folder: string;
  /** Where downloads are kept, by their hash. */
  readonly cache: string;
};

/** A file whose sha256 holds; a URL is downloaded once. Rejects with ARCHIVE_UNAVAILABLE or ARCHIVE_MISMATCH. */
export async function checkedArchive({ source, sha256, folder, cache }: ArchiveSource): Promise<Archive> {
  const isUrl = /^https?:\/\//.test(source);
  const file = isUrl ? join(cache, sha256) : resolve(folder, source);
  try {
    if (isUrl && !(await exists(file))) await download(source, file, cache);
  } catch (thrown) {
    throw unavailable(source, thrown);
  }
  const found = await sha256OfFile(file).catch((thrown: unknown) => Promise.reject(unavailable(source, thrown)));
  if (found === sha256) return { file, sha256 };
  if (isUrl) await rm(file, { force: true });
  throw new SlipwayError({
    code: "ARCHIVE_MISMATCH",
    exit: "configuration",
    message: `${source} is not the file that was meant`,
    tried: `sha256 ${sha256}`,
    got: `sha256 ${found}`,
    remedy: "compare both with what the project publishes",
  });
}

/** Through a file aside, so that one cut short is not taken for whole. */
async function download(url: string, file: string, cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const aside = `${file}.${process.pid}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10 * 60_000) });
    if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(aside));
    await rename(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function unavailable(source: string, thrown: unknown): SlipwayError {
  return new SlipwayError(
    {
      code: "ARCHIVE_UNAVAILABLE",
      exit: "configuration",
      message: `${source} can't be had`,
      got: messageOf(thrown),
      remedy: "correct spec.runtime.archives, or give a local file",
    },
    { cause: thrown },
  );
}
