import type { CommandModule } from "yargs";
import { imagesBuild } from "./images-build.ts";
import { imagesList } from "./images-list.ts";
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
      .demandCommand(1, "Say what to do: list, build or push-to-hosts."),
  handler: () => {},
};
