import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { sourceLine, sourcesOfOther } from "./apt-sources.ts";
import { machineSources } from "./machine-sources.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Options with which apt-get knows the packages of a Debian release. Of the machine's own it has the lists; those of
 * another one are fetched into `folder`, from the mirrors that the machine has its own from. Rejects when those serve
 * no such release, or when the machine is no Debian.
 */
export async function aptOfRelease(release: string, folder: string): Promise<readonly string[]> {
  const own = codenameOf(await readFile("/etc/os-release", "utf8"));
  if (own === release) return [];
  const sources = sourcesOfOther(release, own, await machineSources());
  if (sources.length === 0)
    throw new Error(`this machine (${own || "no Debian"}) has no package source for ${release}`);
  const at = (name: string) => join(folder, name);
  await mkdir(at("lists/partial"), { recursive: true });
  await writeFile(at("status"), "");
  const lines = sources.map(sourceLine).map((line) => line.replace(/^deb /, `deb [signed-by=${keyring}] `));
  await writeFile(at("sources.list"), `${lines.join("\n")}\n`);
  const options = [
    ...[`Dir::Etc::sourcelist=${at("sources.list")}`, "Dir::Etc::sourceparts=-", `Dir::State::lists=${at("lists")}`],
    ...[`Dir::State::status=${at("status")}`, "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="],
    ...["Acquire::Languages=none", "Debug::NoLocking=1"],
    ...(process.getuid?.() === 0 ? ["APT::Sandbox::User=root"] : []),
  ].flatMap((option) => ["-o", option]);
  await execa("apt-get", [...options, "update", "-qq"], { cwd: folder });
  return options;
}

/** VERSION_CODENAME of an os-release file (os-release(5)). */
export function codenameOf(osRelease: string): string {
  return /^VERSION_CODENAME="?(\w+)"?$/m.exec(osRelease)?.[1] ?? "";
}
