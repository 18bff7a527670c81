import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { redact } from "../../base/redact.ts";
import { tarOf } from "../../runtime/oci/tar.ts";
import { ordered, type TarEntry, textFile } from "../../runtime/oci/tar-entry.ts";
import type { SupportFile } from "./support-file.ts";

/** The members of an archive, all under one folder and all redacted: nothing gets in past this. */
export function supportEntries(folder: string, files: readonly SupportFile[]): readonly TarEntry[] {
  return ordered(files.map(({ path, text }) => textFile(`${folder}/${path}`, redact(text))));
}

/** Writes a .tar.gz that only its owner can read; a file that stands there is replaced. */
export async function writeSupportArchive(path: string, entries: readonly TarEntry[]): Promise<void> {
  await rm(path, { force: true });
  await pipeline(tarOf(entries), createGzip(), createWriteStream(path, { mode: 0o600, flags: "wx" }));
}
