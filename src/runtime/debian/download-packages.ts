import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { aptOfRelease } from "./apt-of-release.ts";

/** The Debian release that the embedded distribution is made of, so that every operator's machine builds the same. */
const distributionRelease = "bookworm";

/** Fetches packages with `apt-get download` into a folder aside, so that a file in the cache is always whole. */
export async function downloadPackages(cache: string, names: readonly string[], architecture: string): Promise<void> {
  const aside = join(cache, `.incoming-${process.pid}`);
  const [lists, arrived] = [join(aside, "lists"), join(aside, "arrived")];
  await mkdir(arrived, { recursive: true });
  try {
    const apt = [...(await aptOfRelease(distributionRelease, lists)), "download", "-qq"];
    await execa("apt-get", [...apt, ...names.map((name) => `${name}:${architecture}`)], { cwd: arrived });
    for (const file of await readdir(arrived)) await rename(join(arrived, file), join(cache, file));
  } catch (thrown) {
    unavailable(names.join(", "), messageOf(thrown));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

export function unavailable(name: string, got: string): never {
  throw new SlipwayError({
    code: "DEBIAN_PACKAGE_UNAVAILABLE",
    exit: "failure",
    message: `the Debian package ${name} can't be had`,
    tried: `apt-get download, from Debian ${distributionRelease}`,
    got,
    remedy: "build on a Debian machine (12 or newer) that reaches its mirror, or use a bundle built elsewhere",
  });
}
