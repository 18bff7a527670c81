import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import { SlipwayError } from "../../base/errors.ts";
import type { TarEntry } from "../oci/tar-entry.ts";
import type { DebianPackage } from "./package-cache.ts";

/** The files and links of a package whose path (without the leading ./) `wanted` accepts. */
export async function packageFiles(
  { name, file }: DebianPackage,
  wanted: (path: string) => boolean,
): Promise<readonly TarEntry[]> {
  const dpkg = spawn("dpkg-deb", ["--fsys-tarfile", file], { stdio: ["ignore", "pipe", "pipe"] });
  const [exited, said] = [once(dpkg, "close"), buffer(dpkg.stderr)];
  const tar = dpkg.stdout.pipe(extract());
  const found: TarEntry[] = [];
  for await (const entry of tar) {
    const path = entry.header.name.replace(/^\.\//, "");
    const mode = entry.header.mode ?? 0o644;
    if (!wanted(path)) entry.resume();
    else if (entry.header.type === "symlink") {
      entry.resume();
      found.push({ kind: "symlink", path, target: entry.header.linkname ?? "" });
    } else if (entry.header.type === "file") found.push({ kind: "file", path, mode, content: await buffer(entry) });
    else entry.resume();
  }
  const [exitCode] = (await exited) as [number | null];
  if (exitCode === 0) return found;
  throw new SlipwayError({
    code: "DEBIAN_PACKAGE_UNREADABLE",
    exit: "failure",
    message: `the Debian package ${name} can't be read`,
    tried: `dpkg-deb --fsys-tarfile ${file}`,
    got: String(await said),
    remedy: "remove that file; it is fetched again",
  });
}
