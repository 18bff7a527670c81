import type { CommandModule } from "yargs";
import { imagesBuild } from "./images-build.ts";
import { imagesBundle } from "./images-bundle.ts";
import { imagesList } from "./images-list.ts";
import { imagesLoad } from "./images-load.ts";
import { imagesPush } from "./images-push.ts";

/** `slipway images`: the embedded distribution as OCI images. */
export const images: CommandModule = {
  command: "images",
  describe: "Build the images of the embedded distribution and bring them to hosts",
  builder: (yargs) =>
    yargs
      .command(imagesList)
      .command(imagesBuild)
      .command(imagesPush)
      .command(imagesBundle)
      .command(imagesLoad)
      .demandCommand(1, "Say what to do: list, build, push-to-hosts, bundle or load."),
  handler: () => {},
};
