import type { CommandModule } from "yargs";
import { type ApplyArguments, applyOptions, runApply } from "./apply-options.ts";

const { phase: _, "skip-phases": __, ...options } = applyOptions;
type Arguments = Omit<ApplyArguments, "phase" | "skip-phases">;

export const imagesPush: CommandModule<object, Arguments> = {
  command: "push-to-hosts",
  describe: "Bring the images that the hosts of a cluster file lack",
  builder: (yargs) => yargs.options(options),
  handler: (argv) => runApply({ ...argv, phase: ["images"], "skip-phases": [] }, "apply"),
};
