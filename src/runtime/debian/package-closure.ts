import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { sha256 } from "../../base/sha256.ts";

/**
 * Downloads Debian packages with everything that they depend on, whatever this machine has installed, and writes the
 * index that makes the folder a repository for apt (deb822, `Packages`). Gives the names of the files.
 */
export async function downloadPackages(names: readonly string[], directory: string): Promise<readonly string[]> {
  await mkdir(join(directory, "partial"), { recursive: true });
  const scratch = await mkdtemp(join(directory, ".status-"));
  const status = join(scratch, "status");
  await writeFile(status, "");
  const settings = { "Dir::State::status": status, "Dir::Cache::archives": directory, "Debug::NoLocking": "1" };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  try {
    await execa("apt-get", ["install", "--yes", "--download-only", "--no-install-recommends", ...options, ...names]);
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "DEBIAN_PACKAGE_UNAVAILABLE",
        exit: "failure",
        message: "the hosts' packages can't be downloaded",
        tried: `apt-get install --download-only ${names.join(" ")}`,
        got: messageOf(thrown),
        remedy: "run it on a Debian machine of the hosts' release, after apt-get update",
      },
      { cause: thrown },
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await rm(join(directory, "partial"), { recursive: true, force: true });
  }
  const files = (await readdir(directory)).filter((file) => file.endsWith(".deb")).sort();
  await writeFile(join(directory, "Packages"), await packagesIndex(directory, files));
  return files;
}

/** The index of a folder of packages: each one's control fields, and where its file is. */
async function packagesIndex(directory: string, files: readonly string[]): Promise<string> {
  const stanzas: string[] = [];
  for (const file of files) {
    const path = join(directory, file);
    const { stdout } = await execa("dpkg-deb", ["--field", path]);
    const { size } = await stat(path);
    stanzas.push(`${stdout}\nFilename: ./${file}\nSize: ${size}\nSHA256: ${sha256(await readFile(path))}\n`);
  }
  return stanzas.join("\n");
}
