import type { CommandModule } from "yargs";
import { type ApplyArguments, applyOptions, runApply } from "./apply-options.ts";

export const apply: CommandModule<object, ApplyArguments> = {
  command: "apply",
  describe: "Bring every host of a cluster file to what the file says",
  builder: (yargs) => yargs.options(applyOptions),
  handler: (argv) => runApply(argv, "apply"),
};
