import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { aptOfRelease } from "../src/runtime/debian/apt-of-release.ts";

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
    for (const file of await debsIn(scratch))
      await execa("dpkg-deb", ["--extract", join(scratch, file), root], { timeout: 120_000 });
    // another test file may have been as quick
    await rename(root, folder).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "ENOTEMPTY" && thrown.code !== "EEXIST") throw thrown;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return folder;
}

async function download(suite: string, names: readonly string[], scratch: string): Promise<void> {
  const apt = await aptOfRelease(suite, join(scratch, "apt"));
  await execa("apt-get", [...apt, "download", ...names], { cwd: scratch, timeout: 240_000 });
}

async function debsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".deb"));
}
