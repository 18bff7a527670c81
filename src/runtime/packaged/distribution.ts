import { join } from "node:path";
import type { Distribution, DistributionOptions } from "../distribution.ts";
import type { BuildOptions, ImageSet } from "../images/build.ts";
import { openDistribution } from "./open.ts";

/*
 * In a package of Slipway this file stands in for ../distribution.ts and ../images/build.ts: there is nothing to build
 * from, and what they would build lies beside the program (tools/package).
 */

const directory = join(import.meta.dirname, "..", "distribution");

export function buildDistribution({ kubernetesVersion }: DistributionOptions): Promise<Distribution> {
  return openDistribution(directory, kubernetesVersion);
}

export async function buildImages({ kubernetesVersion }: BuildOptions): Promise<ImageSet> {
  return (await openDistribution(directory, kubernetesVersion)).images;
}
