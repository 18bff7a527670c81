import type { CommandModule } from "yargs";
import { loadedDirectory } from "../../runtime/bundle/loaded.ts";
import { readBundle } from "../../runtime/bundle/read-bundle.ts";
import { slipwayVersion } from "../slipway-version.ts";
import { cache, tell } from "./images-options.ts";

export const imagesLoad: CommandModule<object, { readonly file: string }> = {
  command: "load <file>",
  describe: "Take a bundle's content for all later runs on this machine",
  builder: (yargs) => yargs.positional("file", { type: "string", demandOption: true, describe: "the bundle" }),
  handler: async ({ file }) => {
    const directory = loadedDirectory(cache());
    const manifest = await readBundle(file, directory);
    tell(
      `Kubernetes ${manifest.kubernetesVersion} of Slipway ${manifest.slipwayVersion} lies in ${directory}` +
        (manifest.packagesFor ? `, with packages for ${manifest.packagesFor}` : ""),
    );
    if (manifest.slipwayVersion !== slipwayVersion) {
      tell(`warning: this is Slipway ${slipwayVersion}, which takes bundles of its own version only`);
    }
  },
};
