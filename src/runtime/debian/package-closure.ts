import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { sha256 } from "../../base/sha256.ts";
import { parsePackageFile } from "./package-cache.ts";

/** What every Debian host has: the smallest system that debootstrap and mmdebstrap make. */
const everywhere = ["?priority(required)", "apt"];

/**
 * Downloads Debian packages with everything that they depend on and that a smallest system lacks, whatever this machine
 * has installed, and writes the index that makes the folder a repository for apt. Gives the names of the files.
 */
export async function downloadPackages(names: readonly string[], directory: string): Promise<readonly string[]> {
  const apt = await aptOfNothing(directory);
  try {
    const [needed, present] = [await apt.archives(names), await apt.archives(everywhere)];
    const versions = needed.filter((file) => !present.includes(file)).map(asVersion);
    await apt.run(["download", ...versions], directory);
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "DEBIAN_PACKAGE_UNAVAILABLE",
        exit: "failure",
        message: "the hosts' packages can't be downloaded",
        tried: `apt-get download ${names.join(" ")}`,
        got: messageOf(thrown),
        remedy: "run it on a Debian machine of the hosts' release, after apt-get update",
      },
      { cause: thrown },
    );
  } finally {
    await apt.remove();
  }
  const files = (await readdir(directory)).filter((file) => file.endsWith(".deb")).sort();
  await writeFile(join(directory, "Packages"), await packagesIndex(directory, files));
  return files;
}

/** apt for a system on which nothing is installed, so that it names all that a package depends on. */
async function aptOfNothing(directory: string) {
  const scratch = await mkdtemp(join(directory, ".apt-"));
  await mkdir(join(scratch, "archives", "partial"), { recursive: true });
  await writeFile(join(scratch, "status"), "");
  const options = ["-o", `Dir::State::status=${scratch}/status`, "-o", `Dir::Cache::archives=${scratch}/archives`];
  const run = (args: readonly string[], cwd: string) =>
    execa("apt-get", ["--yes", "--no-install-recommends", "-o", "Debug::NoLocking=1", ...options, ...args], { cwd });
  return {
    run,
    /** The files that installing these would fetch: lines of `'URL' file size hash`. */
    archives: async (names: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await run(["install", "--print-uris", ...names], scratch);
      return stdout.split("\n").flatMap((line) => /^'\S+' (\S+\.deb) /.exec(line)?.[1] ?? []);
    },
    remove: () => rm(scratch, { recursive: true, force: true }),
  };
}

/** `name:architecture=version` of a package's file. */
function asVersion(file: string): string {
  const parsed = parsePackageFile(file);
  if (!parsed) throw new Error(`apt named a file ${file}`);
  const architecture = parsed.architecture === "all" ? "" : `:${parsed.architecture}`;
  return `${parsed.name}${architecture}=${parsed.version}`;
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
