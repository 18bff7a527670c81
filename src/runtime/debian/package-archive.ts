import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { sha256OfValue } from "../../base/sha256.ts";
import type { LocalFile } from "../kubelet-bundle.ts";
import { downloadPackages } from "./package-closure.ts";

/** Packages for hosts that reach no repository: a tar that unpacks to a repository for apt. */
export type PackageArchive = {
  readonly file: LocalFile;
  /** What the packages are made for, in os-release's words: `debian 12`. */
  readonly release: string;
};

/** Downloads packages and all that they depend on, and packs them; `cache` holds the result. */
export async function packageArchive(names: readonly string[], cache: string): Promise<PackageArchive> {
  const directory = join(cache, `packages-${sha256OfValue(names).slice(0, 12)}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const files = await downloadPackages(names, directory);
  const source = `${directory}.tar`;
  await writeTar(directory, ["Packages", ...files], source);
  await rm(directory, { recursive: true });
  const hash = createHash("sha256");
  await pipeline(createReadStream(source), hash);
  return {
    file: { source, sha256: hash.digest("hex") },
    release: releaseOf(await readFile("/etc/os-release", "utf8")),
  };
}

/** ID and VERSION_ID of an os-release file (os-release(5)). */
export function releaseOf(osRelease: string): string {
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  return `${field("ID")} ${field("VERSION_ID")}`.trim();
}

async function writeTar(directory: string, names: readonly string[], file: string): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file));
  for (const name of names) {
    const { size } = await stat(join(directory, name));
    const entry = tar.entry({ name, size, mode: 0o644, mtime: new Date(0) });
    await pipeline(createReadStream(join(directory, name)), entry);
  }
  tar.finalize();
  await written;
}
