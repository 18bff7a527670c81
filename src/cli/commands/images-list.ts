import type { CommandModule } from "yargs";
import { buildImages } from "../../runtime/images/build.ts";
import { blobsOf, type Image } from "../../runtime/oci/image.ts";
import { table } from "../render/table.ts";
import { type BuildArguments, buildOptions, cache, megabytes, tell } from "./images-options.ts";

type Arguments = BuildArguments & { readonly output: "text" | "json" };

export const imagesList: CommandModule<object, Arguments> = {
  command: "list",
  describe: "Show the images of the embedded distribution, building what is not built yet",
  builder: {
    ...buildOptions,
    output: { alias: "o", choices: ["text", "json"] as const, default: "text", describe: "how to print them" },
  },
  handler: async ({ output, "kubernetes-version": kubernetesVersion }) => {
    const { images } = await buildImages({ cache: cache(), kubernetesVersion, compression: "zstd", report: tell });
    const rows = images.map(row);
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
