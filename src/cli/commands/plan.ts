import type { CommandModule } from "yargs";
import { type ApplyArguments, applyOptions, runApply } from "./apply-options.ts";

type Arguments = ApplyArguments & { readonly "detailed-exitcode": boolean };

export const plan: CommandModule<object, Arguments> = {
  command: "plan",
  describe: "Print what apply would change, and change nothing",
  builder: (yargs) =>
    yargs.options({
      ...applyOptions,
      "detailed-exitcode": {
        type: "boolean",
        default: false,
        describe: "end with 2 when there is something to change",
      },
    }),
  handler: (argv) => runApply(argv, "plan", argv["detailed-exitcode"]),
};
