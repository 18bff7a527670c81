import type { CommandModule } from "yargs";
import { configImages } from "./config-images.ts";
import { configMigrate } from "./config-migrate.ts";
import { configPrint } from "./config-print.ts";
import { configValidate } from "./config-validate.ts";

/** `slipway config`: what the files that describe clusters may say. */
export const config: CommandModule = {
  command: "config",
  describe: "Print, check and convert configuration files",
  builder: (yargs) =>
    yargs
      .command(configPrint)
      .command(configValidate)
      .command(configMigrate)
      .command(configImages)
      .demandCommand(1, "Say what to do: print, validate, migrate or images."),
  handler: () => {},
};
