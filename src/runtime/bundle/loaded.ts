import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Distribution, DistributionOptions } from "../distribution.ts";
import { manifestFile, type PackagedManifest } from "../packaged/manifest.ts";
import { openDistribution } from "../packaged/open.ts";

/** Where `images load` unpacks a bundle to. */
export function loadedDirectory(cache: string): string {
  return join(cache, "bundle");
}

/** The distribution of the bundle that was loaded, when it is of the versions asked for. */
export async function loadedDistribution(options: DistributionOptions): Promise<Distribution | undefined> {
  const { cache, version, kubernetesVersion, report } = options;
  const directory = loadedDirectory(cache);
  const manifest = await readManifest(join(directory, manifestFile));
  if (manifest?.version !== version || manifest.kubernetesVersion !== kubernetesVersion) return undefined;
  report?.(`taking everything from the bundle in ${directory}`);
  return openDistribution(directory, kubernetesVersion);
}

async function readManifest(path: string): Promise<PackagedManifest | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as PackagedManifest;
  } catch {
    return undefined;
  }
}
