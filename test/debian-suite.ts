import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { readApt } from "../src/lab/root/apt.ts";

/** Kept for later runs on this machine. */
const cache = "/var/cache/slipway-tests";

/**
 * Unpacks packages of a Debian release that this machine does not run (`trixie`, `forky`), without what they depend on,
 * and gives the folder. Programs in Go need nothing but this machine's libc.
 */
export async function packagesOfSuite(suite: string, names: readonly string[]): Promise<string> {
  const folder = join(cache, `${suite}-${names.join("-")}`);
  const isThere = await readdir(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const scratch = await mkdtemp(`${folder}.`);
  try {
    await download(suite, names, scratch);
    const root = join(scratch, "root");
    for (const file of await debsIn(scratch)) await execa("dpkg-deb", ["--extract", join(scratch, file), root]);
    // another test file may have been as quick
    await rename(root, folder).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "ENOTEMPTY" && thrown.code !== "EEXIST") throw thrown;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return folder;
}

/** By an apt whose sources and package lists are not this machine's. */
async function download(suite: string, names: readonly string[], scratch: string): Promise<void> {
  const at = (name: string) => join(scratch, name);
  const [sources, lists, status] = [at("sources.list"), at("lists"), at("status")];
  await mkdir(join(lists, "partial"), { recursive: true });
  await writeFile(sources, await sourceOf(suite));
  await writeFile(status, "");
  const options = [
    ...[`Dir::Etc::sourcelist=${sources}`, "Dir::Etc::sourceparts=-", `Dir::State::lists=${lists}`],
    ...[`Dir::State::status=${status}`, "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=", "Debug::NoLocking=1"],
    ...["Acquire::Languages=none", "APT::Sandbox::User=root"],
  ].flatMap((option) => ["-o", option]);
  await execa("apt-get", [...options, "update"], { cwd: scratch });
  await execa("apt-get", [...options, "download", ...names], { cwd: scratch });
}

/** The mirror that this machine has its own release from serves the others too. */
async function sourceOf(suite: string): Promise<string> {
  const own = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile("/etc/os-release", "utf8"))?.[1] ?? "";
  const line = (await readApt(own)).lines.find((one) => one.includes(` ${own} `));
  if (!line) throw new Error(`this machine has no package source for its own release ${own}`);
  return `${line.replace(` ${own} `, ` ${suite} `)}\n`;
}

async function debsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".deb"));
}
