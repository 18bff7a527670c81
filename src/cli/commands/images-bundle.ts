import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CommandModule } from "yargs";
import { nodePackages } from "../../phases/prepare/packages.ts";
import { buildDistribution } from "../../runtime/build-distribution.ts";
import { writeBundle } from "../../runtime/bundle/write-bundle.ts";
import { packageArchive } from "../../runtime/debian/package-archive.ts";
import type { Distribution } from "../../runtime/distribution.ts";
import { runtimePackages } from "../../runtime/found-runtime.ts";
import { packDistribution } from "../../runtime/packaged/pack.ts";
import { slipwayVersion } from "../slipway-version.ts";
import { type BuildArguments, buildOptions, cache, megabytes, tell } from "./images-options.ts";

type Arguments = BuildArguments & { readonly output: string; readonly packages: boolean };

export const imagesBundle: CommandModule<object, Arguments> = {
  command: "bundle",
  describe: "Write one file with everything that hosts without network need: images, kubelet, Node, packages",
  builder: {
    ...buildOptions,
    output: { type: "string", demandOption: true, describe: "the file to write" },
    packages: {
      type: "boolean",
      default: true,
      describe: "packages for hosts of this machine's release, with all that they depend on",
    },
  },
  handler: async ({ output, packages, "kubernetes-version": kubernetesVersion }) => {
    const built = await buildDistribution({ cache: cache(), version: slipwayVersion, kubernetesVersion, report: tell });
    const distribution = packages ? await withPackages(built) : built;
    const folder = await mkdtemp(join(cache(), "bundling-"));
    try {
      await packDistribution(distribution, kubernetesVersion, folder);
      const packagesFor = distribution.packages?.release ?? "";
      await writeBundle(folder, { slipwayVersion, kubernetesVersion, packagesFor }, output);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    tell(`${output}: ${megabytes((await stat(output)).size)}`);
  },
};

async function withPackages(distribution: Distribution): Promise<Distribution> {
  tell("downloading packages");
  return { ...distribution, packages: await packageArchive([...nodePackages, ...runtimePackages], cache()) };
}
