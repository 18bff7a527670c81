import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import { aptOfRelease } from "./apt-of-release.ts";

/** The Debian release that the embedded distribution is made of, so that every operator's machine builds the same. */
const distributionRelease = "bookworm";

/** A Debian package's file in the cache. */
export type DebianPackage = { readonly name: string; readonly version: string; readonly file: string };

/** Gives packages from a cache folder, fetching with `apt-get download` those that are not there yet. */
export async function debianPackages(
  cache: string,
  names: readonly string[],
  architecture: string,
): Promise<readonly DebianPackage[]> {
  await mkdir(cache, { recursive: true });
  const cached = await cachedPackages(cache, architecture);
  const missing = names.filter((name) => !cached.has(name));
  if (missing.length > 0) await download(cache, missing, architecture);
  const found = missing.length > 0 ? await cachedPackages(cache, architecture) : cached;
  return names.map((name) => found.get(name) ?? unavailable(name, "apt-get brought no file of that name"));
}

/** The parts of a .deb's name: `etcd-server_3.4.23-4+b4_amd64.deb`; apt writes `:` as `%3a`. */
export function parsePackageFile(file: string): { name: string; version: string; architecture: string } | undefined {
  const [, name, version, architecture] = /^([^_]+)_([^_]+)_([^_]+)\.deb$/.exec(file) ?? [];
  if (!name || !version || !architecture) return undefined;
  return { name, version: decodeURIComponent(version), architecture };
}

/** A version without epoch and Debian's revision: `1:1.35.0-4+deb12u1` is 1.35.0. */
export function upstreamVersion(version: string): string {
  return version
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/[~+].*$/, "");
}

async function cachedPackages(cache: string, architecture: string): Promise<ReadonlyMap<string, DebianPackage>> {
  const packages = (await readdir(cache)).flatMap((file) => {
    const parsed = parsePackageFile(file);
    const fits = parsed && [architecture, "all"].includes(parsed.architecture);
    return fits ? [{ name: parsed.name, version: parsed.version, file: join(cache, file) }] : [];
  });
  return new Map(packages.map((one) => [one.name, one]));
}

/** Fetched into a folder aside, so that a file in the cache is always whole. */
async function download(cache: string, names: readonly string[], architecture: string): Promise<void> {
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

function unavailable(name: string, got: string): never {
  throw new SlipwayError({
    code: "DEBIAN_PACKAGE_UNAVAILABLE",
    exit: "failure",
    message: `the Debian package ${name} can't be had`,
    tried: `apt-get download, from Debian ${distributionRelease}`,
    got,
    remedy: "build on a Debian machine (12 or newer) that reaches its mirror, or use a bundle built elsewhere",
  });
}
