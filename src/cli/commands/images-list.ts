import type { CommandModule } from "yargs";
import { buildDistribution } from "../../runtime/build-distribution.ts";
import { blobsOf, type Image } from "../../runtime/oci/image.ts";
import { table } from "../render/table.ts";
import { slipwayVersion } from "../slipway-version.ts";
import { type BuildArguments, buildOptions, cache, megabytes, tell } from "./images-options.ts";

type Arguments = BuildArguments & { readonly output: "text" | "json" };

export const imagesList: CommandModule<object, Arguments> = {
  command: "list",
  describe: "Show the images of the embedded distribution, of a loaded bundle or built where they are not yet",
  builder: {
    ...buildOptions,
    output: { alias: "o", choices: ["text", "json"] as const, default: "text", describe: "how to print them" },
  },
  handler: async ({ output, "kubernetes-version": kubernetesVersion }) => {
    const options = { cache: cache(), version: slipwayVersion, kubernetesVersion, report: tell };
    const rows = (await buildDistribution(options)).images.images.map(row);
    process.stdout.write(
      output === "json"
        ? `${JSON.stringify(rows, null, 2)}\n`
        : table([
            ["IMAGE", "DIGEST", "COMPRESSED"],
            ...rows.map(({ image, digest, bytes }) => [image, digest.slice(0, 19), megabytes(bytes)]),
          ]),
    );
  },
};

function row(image: Image) {
  const bytes = blobsOf(image).reduce((total, { size }) => total + size, 0);
  return { image: image.reference, digest: image.manifest.digest, bytes };
}
