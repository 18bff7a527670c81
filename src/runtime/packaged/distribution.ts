import { join } from "node:path";
import { loadedDistribution } from "../bundle/loaded.ts";
import type { Distribution, DistributionOptions } from "../distribution.ts";
import type { BuildOptions, ImageSet } from "../images/build.ts";
import { openDistribution } from "./open.ts";

/*
 * In a package of Slipway this file stands in for ../build-distribution.ts and ../images/build.ts: there is nothing to build
 * from, and what they would build lies beside the program (tools/package).
 */

const directory = join(import.meta.dirname, "..", "distribution");

export async function buildDistribution(options: DistributionOptions): Promise<Distribution> {
  return (await loadedDistribution(options)) ?? openDistribution(directory, options.kubernetesVersion);
}

export async function buildImages({ kubernetesVersion }: BuildOptions): Promise<ImageSet> {
  return (await openDistribution(directory, kubernetesVersion)).images;
}
