import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

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
  if (missing.length === 0) return names.flatMap((name) => cached.get(name) ?? []);
  // only loaded when there is something to fetch
  const { downloadPackages, unavailable } = await import("./download-packages.ts");
  await downloadPackages(cache, missing, architecture);
  const found = await cachedPackages(cache, architecture);
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
