import type { CommandModule } from "yargs";
import { buildImages, type ImageSet } from "../../runtime/images/build.ts";
import { type ArchiveFormat, archiveFormats, writeArchive } from "../../runtime/oci/archive.ts";
import { type Compression, compressions } from "../../runtime/oci/compression.ts";
import { distinctBlobs } from "../../runtime/oci/image.ts";
import { writeLayout } from "../../runtime/oci/layout.ts";
import { type BuildArguments, buildOptions, cache, megabytes, tell } from "./images-options.ts";

type Arguments = BuildArguments & {
  readonly compression: Compression;
  readonly output: string | undefined;
  readonly format: ArchiveFormat | "oci";
};

export const imagesBuild: CommandModule<object, Arguments> = {
  command: "build",
  describe: "Build the images of the embedded distribution",
  builder: {
    ...buildOptions,
    compression: { choices: compressions, default: "zstd" as const, describe: "how layers are packed" },
    output: { type: "string", describe: "where to write them; into the cache alone unless given" },
    format: {
      choices: ["oci", ...archiveFormats] as const,
      default: "oci" as const,
      describe: "oci: a folder in OCI layout; oci-archive: that as a tar file; docker-archive: what docker load reads",
    },
  },
  handler: async ({ compression, format, output, "kubernetes-version": kubernetesVersion }) => {
    const set = await buildImages({ cache: cache(), kubernetesVersion, compression, report: tell });
    if (output) await write(output, format, set);
    const bytes = distinctBlobs(set.images).reduce((total, { size }) => total + size, 0);
    process.stdout.write(set.images.map(({ reference, manifest }) => `${reference}@${manifest.digest}\n`).join(""));
    tell(`${set.images.length} images, ${megabytes(bytes)} compressed${output ? `, in ${output}` : ""}`);
  },
};

async function write(output: string, format: ArchiveFormat | "oci", { images, store }: ImageSet): Promise<void> {
  if (format === "oci") await writeLayout(output, images, store);
  else await writeArchive(output, { images, store, format });
}
